using System.Text.Json;
using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>
/// That a block is a run of another pipeline: <c>type: pipeline</c> with <c>configuration.pipeline</c>. The run of the block's pipeline waits for it without
/// holding a worker.
/// </summary>
/// <example>
/// <code>
/// - uuid: train
///   type: pipeline
///   language: yaml
///   configuration:
///     pipeline: {uuid: train_model, variables: {alpha: 0.1}, inherit: [region]}
/// </code>
/// </example>
/// <param name="ProjectUuid">The project of the pipeline; null for the block's own.</param>
/// <param name="PipelineUuid">The pipeline.</param>
public sealed record PipelineCall(string? ProjectUuid, string PipelineUuid)
{
    /// <summary>Variables of the run.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Variables of the calling run that the run takes over, by name; <c>*</c> for all.</summary>
    public IReadOnlyList<string> Inherit { get; init; } = [];

    /// <summary>Whether the block ends with the run (<c>check_status</c>, the default); else as soon as the run is accepted.</summary>
    public bool ChecksStatus { get; init; } = true;

    /// <summary>Whether the block fails where the run does (<c>error_on_failure</c>, the default).</summary>
    public bool ErrorOnFailure { get; init; } = true;

    /// <summary>Reads what a block of type <c>pipeline</c> says; one that says nothing runs the pipeline that is called as the block is.</summary>
    /// <returns>Null for blocks of other types, and where what stands there is wrong.</returns>
    internal static PipelineCall? Read(YamlMap block, string uuid, BlockType type, Action<YamlNode, string> error)
    {
        if (type.Word != "pipeline")
        {
            return null;
        }

        switch ((block.Find("configuration") as YamlMap)?.Find("pipeline"))
        {
            case null or YamlScalar { IsNull: true }:
                return new PipelineCall(null, uuid);
            case YamlScalar { Text: var name }:
                return new PipelineCall(null, name);
            case YamlMap map:
                return Read(map, uuid, error);
            case { } other:
                error(other, $"configuration.pipeline of block '{uuid}' must be a pipeline's uuid, or a mapping with uuid; found {other.Kind}.");
                return null;
        }
    }

    private static PipelineCall Read(YamlMap map, string uuid, Action<YamlNode, string> error)
    {
        string[] known = ["uuid", "project", "variables", "inherit", "check_status", "error_on_failure"];
        foreach (var key in map.Entries.Select(entry => entry.Key).Where(key => !known.Contains(key.Text, StringComparer.Ordinal)))
        {
            error(key, $"configuration.pipeline of block '{uuid}' has the key '{key.Text}', which is not known. Its keys are {string.Join(", ", known)}.");
        }

        if (map.Find("variables") is { } variables and not (YamlMap or YamlScalar { IsNull: true }))
        {
            error(variables, $"variables of the pipeline that block '{uuid}' runs must be a mapping, found {variables.Kind}.");
        }

        return new PipelineCall(map.FindText("project"), map.FindText("uuid") ?? uuid)
        {
            Variables = YamlJson.ToDictionary(map.Find("variables")),
            Inherit = ReadInherit(map, uuid, error),
            ChecksStatus = ReadSwitch(map, uuid, "check_status", error),
            ErrorOnFailure = ReadSwitch(map, uuid, "error_on_failure", error),
        };
    }

    private static IReadOnlyList<string> ReadInherit(YamlMap map, string uuid, Action<YamlNode, string> error)
    {
        switch (map.Find("inherit"))
        {
            case null or YamlScalar { IsNull: true }:
                return [];
            case YamlScalar { IsPlain: true, Text: var word } when YamlJson.Resolve(word) is "true" or "false":
                return YamlJson.Resolve(word) == "true" ? ["*"] : [];
            case YamlList list when list.Items.All(item => item is YamlScalar { IsNull: false }):
                return [.. list.Items.Select(item => ((YamlScalar)item).Text)];
            case { } other:
                error(other, $"inherit of block '{uuid}' must be true, or a list of names of variables; found {other.Kind}.");
                return [];
        }
    }

    private static bool ReadSwitch(YamlMap map, string uuid, string key, Action<YamlNode, string> error)
    {
        if (map.Find(key) is not { } node || node is YamlScalar { IsNull: true })
        {
            return true;
        }

        var word = node is YamlScalar { IsPlain: true } scalar ? YamlJson.Resolve(scalar.Text) : null;
        if (word is not ("true" or "false"))
        {
            error(node, $"{key} of block '{uuid}' must be true or false, found {node.Kind}.");
        }

        return word != "false";
    }
}
