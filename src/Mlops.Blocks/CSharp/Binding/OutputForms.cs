using System.Text.Json;
using Apache.Arrow;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>Which types of parameters each kind of output can be taken as: what a run asks before it reads, and a check that has nothing to read.</summary>
internal static class OutputForms
{
    private static readonly HashSet<Type> TableForms =
        [typeof(Table), typeof(DataFrame), typeof(RecordBatch), typeof(IDataView), typeof(JsonElement), typeof(Stream)];

    private static readonly HashSet<Type> ModelForms = [typeof(TrainedModel), typeof(ITransformer), typeof(Stream)];

    private static readonly HashSet<Type> FileForms = [typeof(Stream), typeof(byte[])];

    private static readonly HashSet<Type> JsonForms = [typeof(JsonElement), typeof(Stream)];

    /// <summary>Whether a parameter of this type can only be an upstream output, never a variable.</summary>
    public static bool IsDataOnly(Type type) => type == typeof(Stream) || IsNeverJson(type);

    /// <summary>Whether a table is taken as it is, not as records.</summary>
    public static bool IsTable(Type type) => TableForms.Contains(type);

    /// <summary>What a parameter that is a sequence wants of each row; null where it is none.</summary>
    public static Type? RowItem(Type type) => AsyncItem(type) ?? CollectionTypes.ItemType(type);

    /// <summary>What an <see cref="IAsyncEnumerable{T}"/> holds; null where it is none.</summary>
    public static Type? AsyncItem(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Why an output of this kind cannot be taken as <paramref name="type"/>, whatever is in it; else null.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="type">The type of the parameter.</param>
    /// <param name="source">The output and its block, in words.</param>
    /// <param name="whyNotRows">Why the columns do not fit a type of rows; null where they do.</param>
    public static string? WhyNot(OutputKind kind, Type type, string source, Func<Type, string?> whyNotRows) => kind switch
    {
        OutputKind.Table => IsTable(type) ? null
            : RowItem(type) is { } row ? whyNotRows(row)
            : Misfit(type, source, "a table", "Table, DataFrame, IDataView, RecordBatch, a sequence of records, JsonElement or Stream"),
        OutputKind.Model => ModelForms.Contains(type) ? null : Misfit(type, source, "a model", "TrainedModel, ITransformer or Stream"),
        OutputKind.File => FileForms.Contains(type) ? null : Misfit(type, source, "a file", "Stream or byte[]"),
        _ => IsNeverJson(type) ? Misfit(type, source, "JSON", "JsonElement, Stream or a type that JSON can be read as") : null,
    };

    private static string Misfit(Type type, string source, string found, string forms) =>
        $"{source} is {found}, which cannot be taken as {TypeDisplay.Of(type)}. Take it as {forms}.";

    private static bool IsNeverJson(Type type) =>
        !JsonForms.Contains(type) && (TableForms.Contains(type) || ModelForms.Contains(type) || AsyncItem(type) is not null);
}
