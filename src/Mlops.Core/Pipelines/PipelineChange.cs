using System.Text.Json;

namespace Mlops.Core.Pipelines;

/// <summary>Values to change in a pipeline's <c>metadata.yaml</c>; null leaves a value as it is.</summary>
public sealed record PipelineChange
{
    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What it does; an empty text removes it.</summary>
    public string? Description { get; init; }

    /// <summary>All its tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Variables to set; the others keep their values.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    /// <summary>The changes as paths in the file and values.</summary>
    internal IReadOnlyList<(string[] Keys, JsonElement Value)> ToValues()
    {
        var values = new List<(string[] Keys, JsonElement Value)>();
        if (Name is not null)
        {
            values.Add((["name"], JsonSerializer.SerializeToElement(Name)));
        }

        if (Description is not null)
        {
            values.Add((["description"], JsonSerializer.SerializeToElement(Description.Length == 0 ? null : Description)));
        }

        if (Tags is not null)
        {
            values.Add((["tags"], JsonSerializer.SerializeToElement(Tags)));
        }

        values.AddRange((Variables ?? new Dictionary<string, JsonElement>()).Select(variable => (new[] { "variables", variable.Key }, variable.Value)));
        return values;
    }
}
