using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Variables;

namespace Mlops.Core.Runs.Inputs;

/// <summary>
/// Joins what files set and what blocks take: where both know a variable, the block gives the type and the file the default. A variable of the project or
/// of all projects that no block of the pipeline takes by name is left out.
/// </summary>
public static class InputList
{
    /// <summary>The inputs in order.</summary>
    /// <param name="variables">The variables of files.</param>
    /// <param name="described">What is known of the blocks.</param>
    public static IReadOnlyList<PipelineInput> Create(
        IReadOnlyList<EffectiveVariable> variables, IReadOnlyList<(Block Block, BlockDescription Description)> described)
    {
        var taken = described
            .SelectMany(block => block.Description.Parameters, (block, parameter) => (block.Block, Parameter: parameter))
            .Where(each => !IsSetByBlock(each.Block, each.Parameter.Name))
            .GroupBy(each => Normalize(each.Parameter.Name), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var set = variables.Select(variable => Normalize(variable.Name)).ToHashSet(StringComparer.Ordinal);
        var named = variables
            .Where(variable => taken.ContainsKey(Normalize(variable.Name)) || variable.Values.Any(value => value.Source == VariableSource.Pipeline))
            .OrderBy(variable => variable.Values.All(value => value.Source != VariableSource.Pipeline))
            .Select(variable => Named(variable, taken.GetValueOrDefault(Normalize(variable.Name)) ?? []));
        var others = taken.Where(parameter => !set.Contains(parameter.Key)).Select(parameter => new PipelineInput(parameter.Value.MinBy(taker => taker.Parameter.IsUntyped).Parameter, BlocksOf(parameter.Value), null));
        return [.. named, .. others];
    }

    /// <summary>An input that neither files nor blocks name, by a value that somebody gives it.</summary>
    public static PipelineInput Unnamed(string name, JsonElement value) => new(BlockParameter.Of(name, value) with { Default = null }, [], null);

    /// <summary>Whether two names are one variable to blocks: <c>max_depth</c> and <c>maxDepth</c> are.</summary>
    public static bool IsSame(string name, string other) => Normalize(name) == Normalize(other);

    /// <summary>Whether the block gives itself a value (<c>configuration.variables</c>), which goes before any that a run is given.</summary>
    private static bool IsSetByBlock(Block block, string name) =>
        block.Configuration.TryGetValue("variables", out var own) && own.ValueKind == JsonValueKind.Object
        && own.EnumerateObject().Any(variable => IsSame(variable.Name, name));

    private static PipelineInput Named(EffectiveVariable variable, List<(Block Block, BlockParameter Parameter)> takers) => new(
        takers.Find(taker => !taker.Parameter.IsUntyped) is { Parameter: { } parameter } ? parameter with { Name = variable.Name, Default = variable.Value, IsRequired = false } : BlockParameter.Of(variable.Name, variable.Value),
        BlocksOf(takers),
        variable.Source);

    /// <summary>As blocks take variables: <c>max_depth</c> and <c>maxDepth</c> are one.</summary>
    private static string Normalize(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static IReadOnlyList<string> BlocksOf(IEnumerable<(Block Block, BlockParameter Parameter)> takers) =>
        [.. takers.Select(taker => taker.Block.Name).Distinct(StringComparer.Ordinal)];
}
