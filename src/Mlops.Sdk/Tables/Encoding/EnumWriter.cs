using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Enums by their names: numbers would change their meaning when somebody reorders the enum.</summary>
internal sealed class EnumWriter<T> : CellWriter<T>
    where T : struct, Enum
{
    private readonly Utf8Writer _text = new();
    private readonly Dictionary<T, string> _names = [];
    private string?[] _buffer = [];

    public override Field Field(string name) => new(name, _text.Field(name).DataType, false);

    public override void Append(ReadOnlySpan<T> values)
    {
        if (_buffer.Length < values.Length)
        {
            _buffer = new string?[values.Length];
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!_names.TryGetValue(values[i], out _buffer[i]))
            {
                _buffer[i] = _names[values[i]] = values[i].ToString();
            }
        }

        _text.Append(_buffer.AsSpan(0, values.Length));
    }

    public override ArrayData Build() => _text.Build();
}
