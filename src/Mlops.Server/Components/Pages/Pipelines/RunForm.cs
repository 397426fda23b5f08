using System.Text.Encodings.Web;
using System.Text.Json;
using Mlops.Core.Runs.Inputs;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>The form of a run: a field for each of its inputs.</summary>
public sealed class RunForm
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RunForm(IReadOnlyList<RunField> fields) => Fields = fields;

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<RunField> Fields { get; }

    /// <summary>The first field that was checked and is wrong; null for none.</summary>
    public RunField? FirstWrong => Fields.FirstOrDefault(one => one.Error is not null);

    /// <summary>Makes the form with its defaults.</summary>
    /// <param name="inputs">What a run can be given.</param>
    /// <param name="given">Values that stand in the fields instead of the defaults; those that no input is for get fields too. Null for none.</param>
    public static RunForm Create(IReadOnlyList<PipelineInput> inputs, IReadOnlyDictionary<string, JsonElement>? given = null)
    {
        given ??= new Dictionary<string, JsonElement>();
        var others = given.Where(value => !inputs.Any(input => InputList.IsSame(input.Parameter.Name, value.Key)));
        var form = new RunForm([.. inputs.Concat(others.Select(value => InputList.Unnamed(value.Key, value.Value))).Select(input => new RunField(input))]);
        foreach (var field in form.Fields)
        {
            foreach (var (_, value) in given.Where(value => InputList.IsSame(value.Key, field.Parameter.Name)))
            {
                field.Take(value);
            }
        }

        return form;
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
}
