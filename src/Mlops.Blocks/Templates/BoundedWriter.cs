using System.Text;

namespace Mlops.Blocks.Templates;

/// <summary>Takes the text of a template that is rendered, up to a limit.</summary>
internal sealed class BoundedWriter : TextWriter
{
    /// <summary>Characters of a rendered template.</summary>
    public const int MaxCharacters = 4 * 1024 * 1024;

    private readonly StringBuilder _text = new();

    /// <summary>Characters so far.</summary>
    public int Length => _text.Length;

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (_text.Length + buffer.Length > MaxCharacters)
        {
            throw new TemplateException($"becomes longer than {MaxCharacters:N0} characters. Hand large values on as variables or outputs, not in a template.");
        }

        _text.Append(buffer);
    }

    public override string ToString() => _text.ToString();
}
