using Microsoft.Extensions.Primitives;

namespace Mlops.Server.Approvals;

/// <summary>What somebody answers on the page of a link.</summary>
/// <param name="Name">Who they say they are.</param>
/// <param name="Comment">Why; empty for nothing.</param>
/// <param name="Decision"><c>approve</c> or <c>reject</c>.</param>
internal sealed record LinkForm(string Name, string Comment, string Decision)
{
    /// <exception cref="InvalidDataException">It is no form.</exception>
    /// <exception cref="BadHttpRequestException">It is too large, or ends too early.</exception>
    public static async Task<LinkForm> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            throw new InvalidDataException($"The body is marked as '{request.ContentType}', which is no form.");
        }

        var form = await request.ReadFormAsync(cancellationToken);
        return new LinkForm(OneLine(form["name"]), form["comment"].ToString().ReplaceLineEndings("\n"), form["decision"].ToString());
    }

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Refusal => this switch
    {
        { Name.Length: 0 } => "Say who you are: others see who decided.",
        { Name.Length: > LinkView.MaxNameLength } => $"The name has {Name.Length} characters; at most {LinkView.MaxNameLength} are kept. Shorten it.",
        { Decision: not ("approve" or "reject") } => "Choose Approve or Reject.",
        _ => null,
    };

    /// <summary>Words with a space between them: what stands in a list must not look like two lines of it.</summary>
    private static string OneLine(StringValues text) =>
        string.Join(' ', new string([.. text.ToString().Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
