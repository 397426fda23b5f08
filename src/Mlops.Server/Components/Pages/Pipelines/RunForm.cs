using System.Text.Encodings.Web;
using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>
/// The form of a run: the pipeline's variables in the order of its file, then what else its blocks take by name. Where both know a variable, the
/// block gives the type and the pipeline the default.
/// </summary>
public sealed class RunForm
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RunForm(IReadOnlyList<RunField> fields) => Fields = fields;

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<RunField> Fields { get; }

    /// <summary>The first field that was checked and is wrong; null for none.</summary>
    public RunField? FirstWrong => Fields.FirstOrDefault(one => one.Error is not null);

    /// <summary>Makes the form with its defaults.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="described">What is known of its blocks; blocks that cannot be read are left out.</param>
    public static RunForm Create(Pipeline pipeline, IReadOnlyList<(Block Block, BlockDescription Description)> described)
    {
        var parameters = described
            .SelectMany(block => block.Description.Parameters, (block, parameter) => (block.Block, Parameter: parameter))
            .GroupBy(taken => taken.Parameter.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

        var named = pipeline.Variables.Select(variable => parameters.TryGetValue(variable.Key, out var takers)
            ? Field(takers[0].Parameter with { Default = variable.Value, IsRequired = false }, takers)
            : new RunField(ParameterOf(variable.Key, variable.Value), []));
        var others = parameters.Where(parameter => !pipeline.Variables.ContainsKey(parameter.Key)).Select(parameter => Field(parameter.Value[0].Parameter, parameter.Value));
        return new RunForm([.. named, .. others]);
    }

    /// <summary>Checks every field; returns whether all are right.</summary>
    public bool Check()
    {
        foreach (var one in Fields)
        {
            one.Check();
        }

        return FirstWrong is null;
    }

    /// <summary>The variables of the run: those that differ from their defaults.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables() => Fields
        .Select(field => (field.Parameter.Name, Value: field.Value()))
        .Where(variable => variable.Value is not null)
        .ToDictionary(variable => variable.Name, variable => variable.Value.GetValueOrDefault(), StringComparer.Ordinal);

    /// <summary>The same run as a call of curl, for a POSIX shell. Fields that are wrong are left out.</summary>
    /// <param name="address">Address of the pipeline's runs.</param>
    public string Curl(string address)
    {
        var variables = Fields.Where(field => field.IsChanged && field.Check())
            .Select(field => (field.Parameter.Name, Value: field.Value()))
            .Where(variable => variable.Value is not null)
            .ToDictionary(variable => variable.Name, variable => variable.Value.GetValueOrDefault(), StringComparer.Ordinal);
        var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["variables"] = variables }, Readable);
        return $"""
            curl -X POST \
              '{address}?wait=30' \
              -H 'Content-Type: application/json' \
              -d '{body.Replace("'", "'\\''", StringComparison.Ordinal)}'
            """;
    }

    private static RunField Field(BlockParameter parameter, IEnumerable<(Block Block, BlockParameter Parameter)> takers) =>
        new(parameter, [.. takers.Select(taker => taker.Block.Name).Distinct(StringComparer.Ordinal)]);

    private static BlockParameter ParameterOf(string name, JsonElement value)
    {
        var (type, form) = value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => ("bool", ParameterForm.Switch),
            JsonValueKind.Number => value.TryGetInt64(out _) ? ("long", ParameterForm.WholeNumber) : ("double", ParameterForm.Number),
            JsonValueKind.Object or JsonValueKind.Array => ("json", ParameterForm.Json),
            _ => ("string", ParameterForm.Text),
        };
        return new BlockParameter(name, type, form, IsRequired: false, value, []);
    }
}
