using Mlops.Core.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects.Products;

/// <summary>What a project's <c>global_data_products.yaml</c> says, in Mage's format.</summary>
/// <param name="Products">The products by uuid, those that could be read.</param>
/// <param name="Problems">What is wrong with it, in the order of the file.</param>
/// <example>
/// <code>
/// training_set:
///   object_type: pipeline
///   object_uuid: data_preparation
///   outdated_after: {seconds: 86400}
///   settings: {build: {partitions: 1}}
/// </code>
/// </example>
internal sealed record GlobalDataProductFile(IReadOnlyDictionary<string, GlobalDataProduct> Products, IReadOnlyList<ProductProblem> Problems)
{
    /// <summary>Its name in the project's folder.</summary>
    public const string FileName = "global_data_products.yaml";

    /// <summary>A project without products; one object, so that such projects are equal.</summary>
    public static IReadOnlyDictionary<string, GlobalDataProduct> None { get; } = new Dictionary<string, GlobalDataProduct>();

    /// <summary>What is wrong with it, in words; null where nothing is.</summary>
    public string? Problem => Problems.Count == 0 ? null : string.Join(' ', Problems);

    /// <summary>Reads the file; a project needs none.</summary>
    /// <param name="projectPath">Absolute path of the project's folder.</param>
    /// <param name="stamps">Takes the file.</param>
    public static GlobalDataProductFile Read(string projectPath, FileStamps stamps)
    {
        if (!stamps.Add(Path.Combine(projectPath, FileName)))
        {
            return new GlobalDataProductFile(None, []);
        }

        if (ProjectPaths.TryResolve(projectPath, FileName, out var path) is { } refusal)
        {
            return new GlobalDataProductFile(None, [new ProductProblem(refusal)]);
        }

        try
        {
            return Read(YamlReader.Read(PipelineFile.ReadText(path)));
        }
        catch (YamlFormatException exception)
        {
            return new GlobalDataProductFile(None, [new ProductProblem(exception.Message, exception.Line, exception.Column)]);
        }
        catch (UnreadableFileException exception)
        {
            return new GlobalDataProductFile(None, [new ProductProblem($"{FileName}: {exception.Message}")]);
        }
    }

    private static GlobalDataProductFile Read(YamlNode root)
    {
        if (root is YamlScalar { IsNull: true })
        {
            return new GlobalDataProductFile(None, []);
        }

        if (root is not YamlMap map)
        {
            return new GlobalDataProductFile(None, [new ProductProblem($"{FileName} must be a mapping of products by uuid, found {root.Kind}.")]);
        }

        var problems = new List<ProductProblem>();
        var settings = new ProductSettingsReader((node, message) => problems.Add(new ProductProblem(message, node.Line, node.Column)));
        var products = map.Entries.Select(entry => settings.ReadProduct(entry.Key.Text, entry.Value) is { } product ? product with { Line = entry.Key.Line } : null).OfType<GlobalDataProduct>()
            .GroupBy(product => product.Uuid, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
        return new GlobalDataProductFile(products, problems.Count == 0 ? [] : problems);
    }
}
