using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mlops.Core.Secrets;

/// <summary>
/// Puts <c>***</c> in the place of secrets in a text: as they are, escaped for JSON, encoded for an address, and as Base64. One pass over a text that
/// holds none.
/// </summary>
public sealed class SecretMask
{
    /// <summary>What stands in their place.</summary>
    public const string Replacement = "***";

    /// <summary>Characters that a line of a secret of several lines must have to be masked by itself: shorter ones occur everywhere.</summary>
    private const int MinLine = 8;

    private readonly string[] _forms;
    private readonly SearchValues<string> _search;

    private SecretMask(IEnumerable<string> forms)
    {
        _forms = [.. forms.Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
        _search = SearchValues.Create(_forms, StringComparison.Ordinal);
    }

    /// <summary>Changes nothing.</summary>
    public static SecretMask None { get; } = new([]);

    /// <summary>The mask of some secrets; those that are too short to be one are left out.</summary>
    public static SecretMask Of(IEnumerable<string> secrets)
    {
        var forms = secrets.Where(secret => secret.Length >= SecretService.MinValueCharacters).SelectMany(Forms).ToList();
        return forms.Count == 0 ? None : new SecretMask(forms);
    }

    /// <summary>The text without secrets; the same object where it has none.</summary>
    public string Apply(string text)
    {
        if (_forms.Length == 0 || text.AsSpan().IndexOfAny(_search) is not (>= 0 and var start))
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var at = 0;
        while (start >= 0)
        {
            masked.Append(text, at, start).Append(Replacement);
            at = EndOf(text, at + start);
            start = text.AsSpan(at).IndexOfAny(_search);
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Where the secret that begins at <paramref name="start"/> ends, with those that begin within it.</summary>
    private int EndOf(string text, int start)
    {
        var end = start + 1;
        for (var i = start; i < end; i++)
        {
            var from = text.AsSpan(i);
            foreach (var form in _forms)
            {
                if (from.StartsWith(form, StringComparison.Ordinal))
                {
                    end = Math.Max(end, i + form.Length);
                    break; // The longest one comes first.
                }
            }
        }

        return end;
    }

    private static IEnumerable<string> Forms(string secret)
    {
        string[] plain = [secret, .. secret.Contains('\n', StringComparison.Ordinal) ? secret.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= MinLine) : []];
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=');
        return plain.SelectMany(Escaped).Append(base64).Append(base64.Replace('+', '-').Replace('/', '_'));
    }

    private static IEnumerable<string> Escaped(string text)
    {
        var address = Uri.EscapeDataString(text);
        var form = WebUtility.UrlEncode(text);
        return
        [
            text, JsonEncodedText.Encode(text).Value, JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
            address, form, LowerEscapes(address), LowerEscapes(form),
        ];
    }

    /// <summary><c>%2F</c> as <c>%2f</c>: both are in use.</summary>
    private static string LowerEscapes(string address)
    {
        var characters = address.ToCharArray();
        for (var i = 0; i < characters.Length - 2; i++)
        {
            if (characters[i] == '%')
            {
                characters[i + 1] = char.ToLowerInvariant(characters[i + 1]);
                characters[i + 2] = char.ToLowerInvariant(characters[i + 2]);
            }
        }

        return new string(characters);
    }
}
