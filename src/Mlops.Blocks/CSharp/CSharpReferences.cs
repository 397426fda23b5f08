using System.Globalization;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mlops.Blocks.CSharp;

/// <summary>
/// What blocks are compiled against: the framework and the packages of the running program. Of this product only the SDK is among them, so
/// that a block cannot come to depend on the rest, and nothing of the web server, which would only cost memory.
/// </summary>
internal sealed class CSharpReferences
{
    private static readonly string[] NotForBlocks =
    [
        "Mlops.", "Microsoft.CodeAnalysis", "Microsoft.AspNetCore",

        // Of the server's or the runner's process alone: a block must mean the same wherever it runs.
        "StreamJsonRpc", "MessagePack", "Nerdbank.", "PolyType", "Microsoft.VisualStudio.", "Microsoft.NET.StringTools",
        "Hangfire", "Serilog", "Spectre.", "System.CommandLine", "Scalar.", "Microsoft.OpenApi", "Dapper.AOT",
    ];

    private readonly IReadOnlyList<string> _paths;
    private readonly Lazy<IReadOnlyList<MetadataReference>> _references;

    public CSharpReferences()
    {
        var trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string
            ?? throw new InvalidOperationException("The program does not list its assemblies, so blocks cannot be compiled. Do not publish it as a single file.");
        _paths = [.. trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(IsForBlocks)];
        _references = new(() => [.. _paths.Select(ReadMetadata)]);
        Fingerprint = ComputeFingerprint();
    }

    /// <summary>The assemblies, read at first use.</summary>
    public IReadOnlyList<MetadataReference> All => _references.Value;

    /// <summary>Changes with any assembly and with the compiler.</summary>
    public string Fingerprint { get; }

    /// <summary>Of an assembly's file only what the compiler asks: its code, by far the greater part, stays on disk.</summary>
    private static PortableExecutableReference ReadMetadata(string path)
    {
        var module = ModuleMetadata.CreateFromStream(File.OpenRead(path), PEStreamOptions.PrefetchMetadata);
        return AssemblyMetadata.Create(module).GetReference(filePath: path);
    }

    private static bool IsForBlocks(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name == "Mlops.Sdk" || !NotForBlocks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private string ComputeFingerprint()
    {
        var text = new StringBuilder().AppendLine(typeof(CSharpCompilation).Module.ModuleVersionId.ToString());
        foreach (var file in _paths.Select(path => new FileInfo(path)).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
