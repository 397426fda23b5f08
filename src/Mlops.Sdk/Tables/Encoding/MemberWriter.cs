using System.Reflection;

namespace Mlops.Sdk.Tables;

/// <summary>Collects one property of every row.</summary>
internal abstract class MemberWriter<TRow>
{
    public abstract CellWriter Cells { get; }

    /// <param name="rows">Rows; a null row gives a default cell, which its parent hides as null.</param>
    public abstract void Append(ReadOnlySpan<TRow> rows);
}

/// <inheritdoc/>
internal sealed class MemberWriter<TRow, TCell>(PropertyGetter<TRow, TCell> getter, CellWriter<TCell> writer) : MemberWriter<TRow>
{
    private TCell[] _buffer = [];

    public override CellWriter Cells => writer;

    public override void Append(ReadOnlySpan<TRow> rows)
    {
        if (_buffer.Length < rows.Length)
        {
            _buffer = new TCell[rows.Length];
        }

        getter.Get(rows, _buffer);
        writer.Append(_buffer.AsSpan(0, rows.Length));
    }
}

/// <summary>Reads a property without reflection at each row.</summary>
internal sealed class PropertyGetter<TRow, TCell>
{
    private readonly Func<TRow, TCell>? _ofClass;
    private readonly StructGetter? _ofStruct;

    public PropertyGetter(PropertyInfo property)
    {
        // A method of a struct takes its instance by reference, so its delegate has another form.
        if (typeof(TRow).IsValueType)
        {
            _ofStruct = property.GetMethod!.CreateDelegate<StructGetter>();
        }
        else
        {
            _ofClass = property.GetMethod!.CreateDelegate<Func<TRow, TCell>>();
        }
    }

    private delegate TCell StructGetter(ref TRow row);

    public void Get(ReadOnlySpan<TRow> rows, TCell[] into)
    {
        if (_ofClass is { } get)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                into[i] = rows[i] is null ? default! : get(rows[i]);
            }

            return;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            into[i] = _ofStruct!(ref row);
        }
    }
}
