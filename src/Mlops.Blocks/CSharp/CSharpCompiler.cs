using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Mlops.Blocks.Errors;

namespace Mlops.Blocks.CSharp;

/// <summary>
/// Compiles a project's C# with Roslyn: one assembly for the block's file, one for the shared files. Both always have the same names, each
/// block living in a load context of its own, so that the shared files can show their internals to blocks as they do in an IDE.
/// </summary>
internal sealed class CSharpCompiler(CSharpReferences references)
{
    public const string BlockAssembly = "Mlops.Project.Block";
    public const string UtilsAssembly = "Mlops.Project.Utils";

    // As in the projects' csproj files, so that a file means the same in an IDE. The alias is for files that use Apache.Arrow, which has a Table too.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.Extensions.Logging;
        global using Mlops.Sdk;
        global using Table = Mlops.Sdk.Table;

        """;

    private const string FriendOfBlocks = $"""
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("{BlockAssembly}")]

        """;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    // Optimised code reports exceptions a line or more off, also in everyday statements such as items.Select(int.Parse).ToList(). The line in the
    // user's file is worth more than a faster loop in it, so only the shared files, where heavy loops belong, are optimised.
    private static readonly CSharpCompilationOptions BlockOptions = new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Debug,
        deterministic: true,
        nullableContextOptions: NullableContextOptions.Enable,
        allowUnsafe: true);

    private static readonly CSharpCompilationOptions UtilsOptions = BlockOptions.WithOptimizationLevel(OptimizationLevel.Release);

    private static readonly EmitOptions EmitOptions = new(debugInformationFormat: DebugInformationFormat.Embedded);

    /// <summary>What the result depends on beside the sources: the references, and the options and usings of this assembly.</summary>
    public string Fingerprint { get; } = $"{references.Fingerprint} {typeof(CSharpCompiler).Module.ModuleVersionId}";

    /// <exception cref="BlockFailedException">It does not compile.</exception>
    public byte[] CompileUtils(IReadOnlyList<SourceFile> files) =>
        Compile(UtilsAssembly, UtilsOptions, files, ImplicitUsings + FriendOfBlocks, references.All);

    /// <exception cref="BlockFailedException">It does not compile.</exception>
    public byte[] CompileBlock(SourceFile file, byte[]? utils) => Compile(
        BlockAssembly, BlockOptions, [file], ImplicitUsings, utils is null ? references.All : [.. references.All, MetadataReference.CreateFromImage(utils)]);

    private static byte[] Compile(
        string assemblyName, CSharpCompilationOptions options, IReadOnlyList<SourceFile> files, string preamble, IEnumerable<MetadataReference> references)
    {
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.ToSourceText(), ParseOptions, file.Path))
            .Append(CSharpSyntaxTree.ParseText(preamble, ParseOptions, encoding: System.Text.Encoding.UTF8));
        using var image = new MemoryStream();
        var result = CSharpCompilation.Create(assemblyName, trees, references, options).Emit(image, options: EmitOptions);
        return result.Success ? image.ToArray() : throw new BlockFailedException(CompileErrors.Describe(result.Diagnostics, files));
    }
}
