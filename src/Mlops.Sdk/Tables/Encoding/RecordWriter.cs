using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Records: the rows of a batch, or the cells of a struct column.</summary>
internal sealed class RecordWriter<T>(IReadOnlyList<(string Name, MemberWriter<T> Writer)> members, bool acceptsNull) : CellWriter<T>
{
    private readonly ValidityBuilder _validity = new();

    public int Count { get; private set; }

    public IEnumerable<Field> Fields => members.Select(m => m.Writer.Cells.Field(m.Name));

    public override Field Field(string name) => new(name, new StructType([.. Fields]), acceptsNull);

    public override void Append(ReadOnlySpan<T> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is null && !acceptsNull)
            {
                throw new CellFault(i, "is null", "every row needs a value");
            }

            _validity.Append(values[i] is not null);
        }

        foreach (var (name, writer) in members)
        {
            try
            {
                writer.Append(values);
            }
            catch (CellFault fault)
            {
                throw fault.At(fault.Index, $".{name}");
            }
        }

        Count += values.Length;
    }

    public override ArrayData Build()
    {
        var children = new ArrayData[members.Count];
        for (var i = 0; i < children.Length; i++)
        {
            try
            {
                children[i] = members[i].Writer.Cells.Build();
            }
            catch (CellFault fault)
            {
                throw fault.At(fault.Index, $".{members[i].Name}");
            }
        }

        return new ArrayData(Field("").DataType, Count, _validity.NullCount, 0, [_validity.ToArrow()], children);
    }
}
