using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Mlops.Blocks.CSharp;

/// <summary>A C# file of a project.</summary>
/// <param name="Path">Relative to the project, with forward slashes: so it stands in compile errors and stack traces.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record SourceFile(string Path, byte[] Content)
{
    public SourceText ToSourceText() => SourceText.From(Content, Content.Length, Encoding.UTF8, SourceHashAlgorithm.Sha256, canBeEmbedded: true);

    public override string ToString() => ToSourceText().ToString();
}
