using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>That a block starts only once a person approved it: <c>configuration.approval</c> of the block.</summary>
/// <example>
/// <code>
/// configuration:
///   approval: {message: "Send the new prices to the shop?", timeout: 86400}
/// </code>
/// </example>
/// <param name="Message">What is asked, in the user's words; null where the file says nothing.</param>
/// <param name="Timeout">How long it waits before it fails; null for as long as its run may take.</param>
public sealed record ApprovalSettings(string? Message, TimeSpan? Timeout)
{
    private const int MaxMessageLength = 1_000;

    /// <summary>Reads the setting of a block: <c>true</c>, or a mapping with <c>message</c> and <c>timeout</c> in seconds.</summary>
    /// <returns>Null where nobody is to be asked, and where what stands there is wrong.</returns>
    internal static ApprovalSettings? Read(YamlMap block, string uuid, BlockType type, Action<YamlNode, string> error)
    {
        if ((block.Find("configuration") as YamlMap)?.Find("approval") is not { } node || node is YamlScalar { IsNull: true })
        {
            return null;
        }

        var isSwitch = node is YamlScalar { IsPlain: true };
        var word = node is YamlScalar { IsPlain: true } scalar ? YamlJson.Resolve(scalar.Text) : null;
        if (word == "false")
        {
            return null;
        }

        if (word != "true" && node is not YamlMap)
        {
            error(node, $"approval of block '{uuid}' must be true, false, or a mapping with message and timeout; found {(isSwitch ? $"'{((YamlScalar)node).Text}'" : node.Kind)}.");
            return null;
        }

        if (type.Word is "callback" or "conditional")
        {
            error(node, $"Block '{uuid}' is a {type.Word} and cannot wait for an approval. Put approval on the block that it is attached to.");
            return null;
        }

        return node is YamlMap map ? Read(map, uuid, error) : new ApprovalSettings(null, null);
    }

    private static ApprovalSettings? Read(YamlMap map, string uuid, Action<YamlNode, string> error)
    {
        foreach (var unknown in map.Entries.Select(entry => entry.Key.Text).Where(key => key is not ("message" or "timeout")))
        {
            error(map.Find(unknown)!, $"approval of block '{uuid}' has the key '{unknown}', which is not known. Its keys are message and timeout.");
        }

        var message = map.Find("message");
        if (message is not (null or YamlScalar { IsNull: true } or YamlScalar { Text.Length: <= MaxMessageLength }))
        {
            error(message, $"message of the approval of block '{uuid}' must be a text of at most {MaxMessageLength:N0} characters, found {(message is YamlScalar ? "a longer one" : message.Kind)}.");
        }

        return new ApprovalSettings(map.FindText("message"), new RunSettingsReader(error).ReadTimeout(map));
    }
}
