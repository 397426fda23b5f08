using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Text and binary: offsets and bytes. Null is a null reference.</summary>
internal abstract class VariableWriter<T> : CellWriter<T?>
    where T : class
{
    private readonly IArrowType _type;
    private readonly ByteBuffer _offsets = new();
    private readonly ValidityBuilder _validity = new();
    private int _count;

    protected VariableWriter(IArrowType type)
    {
        _type = type;
        _offsets.Reserve<int>(1)[0] = 0;
    }

    protected ByteBuffer Bytes { get; } = new();

    public override Field Field(string name) => new(name, _type, true);

    public override void Append(ReadOnlySpan<T?> values)
    {
        var offsets = _offsets.Reserve<int>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            _validity.Append(values[i] is not null);
            if (values[i] is { } value)
            {
                try
                {
                    Write(value);
                }
                catch (OverflowException)
                {
                    throw new CellFault(i, "takes the batch over 2 GiB", "it is too large for a table; store it as a file");
                }
            }

            offsets[i] = Bytes.Length;
        }

        _count += values.Length;
    }

    public override ArrayData Build() => new(_type, _count, _validity.NullCount, 0, [_validity.ToArrow(), _offsets.ToArrow(), Bytes.ToArrow()], []);

    protected abstract void Write(T value);
}
