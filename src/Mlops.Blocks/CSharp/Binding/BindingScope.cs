using System.Text.Json;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>What the parameters of a method can take their values from.</summary>
/// <param name="Context">What the block is told; its logger is handed out too.</param>
/// <param name="Upstream">Blocks with their outputs, by position.</param>
/// <param name="Memory">Outputs of this run that are still in memory.</param>
/// <param name="CancellationToken">Asks the block to stop.</param>
internal sealed record BindingScope(BlockContext Context, IReadOnlyList<UpstreamOutputs> Upstream, RunMemory Memory, CancellationToken CancellationToken)
{
    public string BlockUuid => Context.BlockUuid;

    /// <summary>Why the block failed that a callback is called for; null otherwise.</summary>
    public BlockFailure? Failure { get; init; }

    /// <summary>
    /// The value of a variable: by its exact name, else by the one name that is equal but for case and underscores, else what every block is told by that
    /// name (<see cref="BlockFacts"/>).
    /// </summary>
    /// <exception cref="FormatException">Several variables fit.</exception>
    public JsonElement? FindVariable(string name)
    {
        if (Context.Variables.TryGetValue(name, out var exact))
        {
            return exact;
        }

        var similar = Context.Variables.Where(variable => Names.Normalize(variable.Key) == Names.Normalize(name)).ToList();
        return similar switch
        {
            [] => BlockFacts.Find(Context, name),
            [var only] => only.Value,
            _ => throw new FormatException($"the variables {string.Join(", ", similar.Select(variable => $"'{variable.Key}'"))} all fit the parameter '{name}'; keep one"),
        };
    }
}
