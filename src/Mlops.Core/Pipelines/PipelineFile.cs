using System.Text;
using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>
/// Reads <c>pipelines/&lt;uuid&gt;/metadata.yaml</c> in Mage's format: keys we don't know are left alone, <c>upstream_blocks</c> is the
/// truth and <c>downstream_blocks</c> is not read, and whatever is wrong becomes a problem of the pipeline instead of an exception.
/// </summary>
/// <example>
/// <code>
/// blocks:
/// - {uuid: load_titanic, type: data_loader, language: csharp, upstream_blocks: []}
/// name: Example pipeline
/// type: python
/// uuid: example_pipeline
/// variables: {source: data/titanic.csv}
/// </code>
/// </example>
internal static class PipelineFile
{
    /// <summary>Its name in the pipeline's folder.</summary>
    internal const string FileName = "metadata.yaml";

    /// <summary>Files that are larger are refused.</summary>
    internal const int MaxBytes = 1024 * 1024;

    private static readonly string[] PipelineTypes = ["python", "streaming", "integration", "pyspark", "databricks", "execution_framework"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a pipeline. Whatever is wrong with its files is in its problems.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="uuid">Name of its folder.</param>
    /// <param name="platformPath">Absolute path of the folder of all projects, to which <c>file_source.path</c> is relative.</param>
    /// <param name="stamps">Takes every file whose presence or content decides the result.</param>
    internal static Pipeline Read(Project project, string uuid, string platformPath, FileStamps stamps)
    {
        var relative = $"pipelines/{uuid}/{FileName}";
        var unresolved = Path.Combine(project.DirectoryPath, "pipelines", uuid, FileName);
        var empty = new Pipeline { ProjectUuid = project.Uuid, Uuid = uuid, Name = uuid, FilePath = unresolved, UpdatedAt = default };
        stamps.Add(unresolved);
        if (ProjectPaths.TryResolve(project.DirectoryPath, relative, out var path) is { } refusal)
        {
            return empty with { Problems = [new PipelineProblem(refusal, IsError: true, relative)] };
        }

        var text = "";
        try
        {
            text = ReadText(path);
            empty = empty with { FilePath = path, UpdatedAt = File.GetLastWriteTimeUtc(path) };
            var pipeline = new PipelineParser(project, platformPath, relative, stamps).Parse(YamlReader.Read(text), empty);
            return CheckTriggers(project, pipeline with { Problems = [.. pipeline.Problems.Select(problem => problem.In(text))] }, stamps);
        }
        catch (YamlFormatException exception)
        {
            return empty with { Problems = [new PipelineProblem(exception.Message, IsError: true, relative, exception.Line, exception.Column).In(text)] };
        }
        catch (UnreadableFileException exception)
        {
            return empty with { Problems = [new PipelineProblem(exception.Message, IsError: true, relative)] };
        }
    }

    /// <summary>The text of a file of at most <see cref="MaxBytes"/>.</summary>
    /// <exception cref="UnreadableFileException">It cannot be read, is too large, or is not UTF-8.</exception>
    internal static string ReadText(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxBytes)
            {
                throw new UnreadableFileException($"The file has {stream.Length:N0} bytes; at most {MaxBytes:N0} are read. Move data out of it.");
            }

            var bytes = new byte[stream.Length];
            return Strict.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        }
        catch (DecoderFallbackException exception)
        {
            throw new UnreadableFileException($"The file is not UTF-8 (byte {exception.Index}). Save it as UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException($"The file cannot be read: {exception.Message}");
        }
    }

    /// <summary>Whether a word is one of Mage's pipeline types.</summary>
    internal static bool IsPipelineType(string word) => PipelineTypes.Contains(word, StringComparer.Ordinal);

    /// <summary>Mage's pipeline types for a message.</summary>
    internal static string DescribePipelineTypes() => string.Join(", ", PipelineTypes);

    /// <summary>A <c>triggers.yaml</c> that cannot be read leaves nothing else to show it on than its pipeline, which runs all the same.</summary>
    private static Pipeline CheckTriggers(Project project, Pipeline pipeline, FileStamps stamps)
    {
        var relative = $"pipelines/{pipeline.Uuid}/triggers.yaml";
        if (ProjectPaths.TryResolve(project.DirectoryPath, relative, out var path) is not null)
        {
            return pipeline;
        }

        var text = "";
        try
        {
            text = stamps.Add(path) ? ReadText(path) : "";
            _ = YamlReader.Read(text);
            return pipeline;
        }
        catch (YamlFormatException exception)
        {
            return pipeline with
            {
                Problems = [.. pipeline.Problems, new PipelineProblem(exception.Message, IsError: false, relative, exception.Line, exception.Column).In(text)],
            };
        }
        catch (UnreadableFileException exception)
        {
            return pipeline with { Problems = [.. pipeline.Problems, new PipelineProblem(exception.Message, IsError: false, relative)] };
        }
    }
}
