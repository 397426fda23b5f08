using System.Text.Json;

namespace Mlops.Browser.Tests.Docs;

/// <summary>What docs call <c>$ID</c> and <c>$TOKEN</c>: those of the last answer that had both; and <c>$BACKFILL</c>: the id of the last backfill.</summary>
internal sealed class AnswerWords
{
    private string _id = "";
    private string _token = "";
    private string _backfill = "";

    public string FillIn(string example) => example.Replace("$ID", _id, StringComparison.Ordinal).Replace("$TOKEN", _token, StringComparison.Ordinal)
        .Replace("$BACKFILL", _backfill, StringComparison.Ordinal);

    public void Take(string body)
    {
        if (!body.StartsWith('{'))
        {
            return;
        }

        var answer = JsonDocument.Parse(body).RootElement;
        if (!answer.TryGetProperty("id", out var id))
        {
            return;
        }

        if (answer.TryGetProperty("token", out var token) && token.ValueKind == JsonValueKind.String)
        {
            (_id, _token) = (id.GetRawText(), token.GetString()!);
        }

        if (answer.TryGetProperty("interval_count", out _))
        {
            _backfill = id.GetRawText();
        }
    }
}
