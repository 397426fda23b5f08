namespace Mlops.Server.Approvals;

/// <summary>The style of the page of a link, within it: whoever holds a link may not reach the files of the app.</summary>
internal static class LinkStyle
{
    /// <summary>The design tokens, then the page's own.</summary>
    public static string Text { get; } = Read("tokens.css") + Read("link-page.css");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(LinkStyle).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly."));
        return reader.ReadToEnd();
    }
}
