using System.Reflection;
using System.Text.Json;
using Apache.Arrow;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.CSharp.Types;

/// <summary>An output as the method that makes it declares it. What of it cannot be known before a run is left open.</summary>
/// <param name="Name"><c>output_0</c> and so on, as it will be stored.</param>
/// <param name="Type">The declared type, without a task around it.</param>
/// <param name="Kind">How it will be stored; null where that depends on the value.</param>
/// <param name="MayBeNull">Whether it may be null, which is no output.</param>
internal sealed record DeclaredOutput(string Name, Type Type, OutputKind? Kind, bool MayBeNull)
{
    private static readonly Type[] Tables = [typeof(Table), typeof(DataFrame), typeof(RecordBatch), typeof(IDataView)];

    /// <summary>Types that <see cref="OutputWriter"/> knows by value: a declared type that could hold one says nothing.</summary>
    private static readonly Type[] KnownByValue = [typeof(TrainedModel), typeof(ITransformer), typeof(byte[]), typeof(Stream), .. Tables];

    /// <summary>The type of the rows; null where it is no sequence of records.</summary>
    public Type? RowType => RowTypeOf(Type);

    /// <summary>The outputs of a block's method in order; empty where it stores nothing.</summary>
    public static IReadOnlyList<DeclaredOutput> Of(BlockMethods methods)
    {
        if (methods.IsQuestion)
        {
            return [];
        }

        var nullability = new NullabilityInfoContext().Create(methods.Run.ReturnParameter);
        var type = methods.Run.ReturnType;
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
        {
            return [];
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() is var task && (task == typeof(Task<>) || task == typeof(ValueTask<>)))
        {
            (type, nullability) = (type.GetGenericArguments()[0], nullability.GenericTypeArguments[0]);
        }

        var mayBeNull = Tuples.IsTuple(type) ? [.. ItemsMayBeNull(nullability)] : new[] { MayBe(nullability) };
        var types = Tuples.IsTuple(type) ? Tuples.ItemTypes(type) : [type];
        return [.. types.Select((item, i) => new DeclaredOutput(FormattableString.Invariant($"output_{i}"), item, KindOf(item, methods.Run.Module.Assembly), mayBeNull[i]))];
    }

    /// <summary>Whether a value of this type is of no type derived from it, as far as the block's assembly and that of the type go.</summary>
    public static bool IsExact(Type type, Assembly block) => type.IsValueType || type.IsSealed
        || (type is { IsClass: true, IsAbstract: false, IsGenericType: false, Assembly.IsCollectible: true }
            && !type.Assembly.GetTypes().Concat(block.GetTypes()).Any(other => other.IsSubclassOf(type)));

    private static OutputKind? KindOf(Type declared, Assembly block)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (typeof(TrainedModel).IsAssignableFrom(type))
        {
            return OutputKind.Model;
        }

        if (Tables.Any(table => table.IsAssignableFrom(type)))
        {
            return OutputKind.Table;
        }

        if (type == typeof(byte[]) || typeof(Stream).IsAssignableFrom(type))
        {
            return OutputKind.File;
        }

        // A bare transformer cannot be stored, which is the mistake of the block that returns it.
        return typeof(ITransformer).IsAssignableFrom(type) || KnownByValue.Any(known => type.IsAssignableFrom(known)) ? null
            : RowTypeOf(type) is not null ? OutputKind.Table
            : Sequences.ItemType(type) is not null || Sequences.AsyncItemType(type) is not null || IsExact(type, block) ? OutputKind.Json
            : null;
    }

    private static Type? RowTypeOf(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(string) || type == typeof(JsonElement) || typeof(System.Collections.IDictionary).IsAssignableFrom(type))
        {
            return null;
        }

        return Sequences.AsyncItemType(type) is { } asyncItem && RowTypes.IsRecord(asyncItem) ? asyncItem
            : Sequences.ItemType(type) is { } item && RowTypes.IsRecord(item) && !Sequences.IsJson(item) ? item
            : null;
    }

    private static IEnumerable<bool> ItemsMayBeNull(NullabilityInfo tuple) =>
        tuple.GenericTypeArguments.SelectMany((item, i) => i == Tuples.ItemsPerLevel ? ItemsMayBeNull(item) : [MayBe(item)]);

    private static bool MayBe(NullabilityInfo nullability) => nullability.ReadState != NullabilityState.NotNull;
}
