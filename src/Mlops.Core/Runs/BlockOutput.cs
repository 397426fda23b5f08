using System.Security.Cryptography;
using System.Text;
using Mlops.Sdk;

namespace Mlops.Core.Runs;

/// <summary>One stored output of a block run.</summary>
public sealed record BlockOutput
{
    /// <summary><c>output_0</c>, <c>output_1</c>, ... in the order of the returned values.</summary>
    public required string Name { get; init; }

    /// <summary>How it is stored.</summary>
    public required OutputKind Kind { get; init; }

    /// <summary>Path of its file below the outputs folder, with forward slashes; a name only where the output is kept as <see cref="Value"/>.</summary>
    public required string Path { get; init; }

    /// <summary>Size of its content in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of its content, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>
    /// The content of JSON of at most <see cref="MaxValueBytes"/>, which is kept with the output's row and has no file: a number that one block hands to the
    /// next is not worth a folder, a file and a request to an object store. Null where there is a file.
    /// </summary>
    public string? Value { get; init; }

    /// <summary>Largest content that is kept as <see cref="Value"/>, in bytes of UTF-8.</summary>
    public const int MaxValueBytes = 4096;

    /// <summary>Small JSON that the engine itself makes.</summary>
    internal static BlockOutput OfValue(string name, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return new BlockOutput
        {
            Name = name,
            Kind = OutputKind.Json,
            Path = name + ".json",
            SizeBytes = bytes.Length,
            Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Value = json,
        };
    }

    /// <summary>Rows of a table; null for anything else.</summary>
    public long? RowCount { get; init; }

    /// <summary>Columns of a table in order; empty for anything else.</summary>
    public IReadOnlyList<OutputColumn> Columns { get; init; } = [];

    /// <summary>Figures of quality of a model, in the order of the block; empty for anything else.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Curves of quality of a model; empty for anything else.</summary>
    public IReadOnlyList<Curve> Curves { get; init; } = [];
}

/// <summary>How an output is stored.</summary>
public enum OutputKind
{
    /// <summary>A Parquet file.</summary>
    Table,

    /// <summary>JSON: a file, or with the row where it is small.</summary>
    Json,

    /// <summary>ML.NET's zip, with <c>.schema.json</c> beside it.</summary>
    Model,

    /// <summary>Bytes as the block gave them.</summary>
    File,
}

/// <summary>A column of a stored table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words, such as <c>int64</c>.</param>
/// <param name="Nullable">Whether it may hold missing values.</param>
public sealed record OutputColumn(string Name, string Type, bool Nullable);
