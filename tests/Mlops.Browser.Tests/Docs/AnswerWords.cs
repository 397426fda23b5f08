using System.Text.Json;

namespace Mlops.Browser.Tests.Docs;

/// <summary>What docs call <c>$ID</c> and <c>$TOKEN</c>: those of the last answer that had both.</summary>
internal sealed class AnswerWords
{
    private string _id = "";
    private string _token = "";

    public string FillIn(string example) => example.Replace("$ID", _id, StringComparison.Ordinal).Replace("$TOKEN", _token, StringComparison.Ordinal);

    public void Take(string body)
    {
        if (body.StartsWith('{')
            && JsonDocument.Parse(body).RootElement is var answer
            && answer.TryGetProperty("token", out var token) && token.ValueKind == JsonValueKind.String
            && answer.TryGetProperty("id", out var id))
        {
            (_id, _token) = (id.GetRawText(), token.GetString()!);
        }
    }
}
