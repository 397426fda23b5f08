using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.ML.Data;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Chooses ML.NET's type for each column. Every number is a Single (or every one a Double), since Concatenate refuses a mixture and
/// trainers take nothing but Single; null is NaN. ML.NET has no missing boolean: there null is an error, as false would be a wrong label.
/// </summary>
internal static class ViewColumnPlanner
{
    public static ViewColumnPlan Plan(Table table, Field field, int index, bool doublePrecision)
    {
        var type = field.DataType;
        if (type is BooleanType)
        {
            return Column(field, index, BooleanDataViewType.Instance, static () => new BooleanReader(acceptsNull: false));
        }

        if (Number<float>(field, float.NaN) is not null)
        {
            return doublePrecision
                ? Column(field, index, NumberDataViewType.Double, () => Number(field, double.NaN)!)
                : Column(field, index, NumberDataViewType.Single, () => Number(field, float.NaN)!);
        }

        return type switch
        {
            TimestampType { IsTimeZoneAware: true } =>
                Column(field, index, DateTimeOffsetDataViewType.Instance, () => ScalarReaders.DateTimeOffset(field, true)!),
            TimestampType or Date32Type => Column(field, index, DateTimeDataViewType.Instance, () => ScalarReaders.DateTime(field, true)!),
            Time32Type or Time64Type => Column(
                field, index, TimeSpanDataViewType.Instance, () => new MappedReader<TimeOnly, TimeSpan>(ScalarReaders.TimeOnly(field, true)!, t => t.ToTimeSpan())),
            DurationType => Column(field, index, TimeSpanDataViewType.Instance, () => ScalarReaders.TimeSpan(field, true)!),
            _ when ItemOf(type) is { } item && Number<float>(item, float.NaN) is not null => doublePrecision
                ? Vector(table, field, item, index, NumberDataViewType.Double, double.NaN)
                : Vector(table, field, item, index, NumberDataViewType.Single, float.NaN),
            _ => Column(field, index, TextDataViewType.Instance, () => new MappedReader<string?, ReadOnlyMemory<char>>(Text(field), t => t.AsMemory())),
        };
    }

    private static ViewColumnPlan Column<T>(Field field, int index, DataViewType type, Func<CellReader<T>> newReader) =>
        new(field, type, () => new ViewColumn<T>(field, index, newReader()));

    private static ViewColumnPlan Vector<T>(Table table, Field field, Field item, int index, PrimitiveDataViewType type, T missing)
        where T : unmanaged, IFloatingPointIeee754<T> => Column(
            field,
            index,
            new VectorDataViewType(type, CommonLength(table, index)),
            () => new MappedReader<T[]?, VBuffer<T>>(new ArrayCellReader<T>(Number(item, missing)!, true), a => a is null ? default : new VBuffer<T>(a.Length, a)));

    // Trainers want vectors of one known length. 0 says that it differs from row to row.
    private static int CommonLength(Table table, int index)
    {
        int? common = null;
        foreach (var batch in table.Batches)
        {
            var cells = batch.Column(index).Data;
            var lists = new ListCells(cells, 0);
            var validity = Validity.Of(cells, 0);
            for (var i = 0; i < cells.Length; i++)
            {
                var length = validity.IsNull(i) ? 0 : lists[i].Count;
                if (length != (common ??= length))
                {
                    return 0;
                }
            }
        }

        return common ?? 0;
    }

    private static Field? ItemOf(IArrowType type) => type switch
    {
        MapType => null,
        FixedSizeListType list => list.ValueField,
        ListType list => list.ValueField,
        LargeListType list => list.ValueField,
        _ => null,
    };

    private static CellReader<string?> Text(Field field) => ScalarReaders.IsText(field.DataType) ? new Utf8Reader(true) : new CellTextReader(field);

    private static FilledReader<T>? Number<T>(Field field, T missing)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CellReader<T>? reader = field.DataType switch
        {
            Int8Type => Nearest<sbyte, T>(),
            Int16Type => Nearest<short, T>(),
            Int32Type => Nearest<int, T>(),
            Int64Type => Nearest<long, T>(),
            UInt8Type => Nearest<byte, T>(),
            UInt16Type => Nearest<ushort, T>(),
            UInt32Type => Nearest<uint, T>(),
            UInt64Type => Nearest<ulong, T>(),
            HalfFloatType => Nearest<Half, T>(),
            FloatType => Nearest<float, T>(),
            DoubleType => Nearest<double, T>(),
            _ when ScalarReaders.Decimal(field, true) is { } decimals => new MappedReader<decimal, T>(decimals, static d => T.CreateTruncating(d)),
            _ => null,
        };
        return reader is null ? null : new FilledReader<T>(reader, missing);
    }

    private static ValueReader<TStored, TValue, ToNearest<TStored, TValue>> Nearest<TStored, TValue>()
        where TStored : unmanaged, INumber<TStored>
        where TValue : unmanaged, IFloatingPoint<TValue> => ScalarReaders.Value<TStored, TValue, ToNearest<TStored, TValue>>(default, true);
}
