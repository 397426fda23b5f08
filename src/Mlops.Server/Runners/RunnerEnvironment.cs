using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace Mlops.Server.Runners;

/// <summary>The environment that a runner is started with, but for what is its own. Projects with equal ones may share runners.</summary>
internal sealed class RunnerEnvironment
{
    private static readonly HashSet<string> Basic = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "DOTNET_RUNNING_IN_CONTAINER", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
        "DOTNET_TieredCompilation", "DOTNET_TieredPGO", "DOTNET_TC_QuickJitForLoops", "DOTNET_ReadyToRun", "DOTNET_PROCESSOR_COUNT",

        // Without these hardly a program runs on Windows.
        "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles",
    };

    private RunnerEnvironment(SortedDictionary<string, string> variables)
    {
        Variables = variables;
        var text = string.Concat(variables.Select(pair => $"{pair.Key}\0{pair.Value}\0"));
        Key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Equal for equal variables; tells nothing of their values.</summary>
    public string Key { get; }

    /// <summary>What runners of the project are started with, of this process's environment as it is now.</summary>
    public static RunnerEnvironment For(string projectUuid, RunnerGrants grants)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var (name, value) = ((string)entry.Key, (string?)entry.Value ?? "");
            if (Basic.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal) || grants.Allows(projectUuid, name))
            {
                variables[name] = value;
            }
        }

        return new RunnerEnvironment(variables);
    }
}
