using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Runs.Approvals;
using Mlops.Server.Api;
using Mlops.Server.Approvals;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Approvals;

/// <summary>Signed links and the page behind them, as people without an account meet them.</summary>
public sealed partial class LinkPagesTests(AskingServer fixture) : IClassFixture<AskingServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_asks_decides_once_and_says_then_who_decided()
    {
        var (id, path) = await LinkAsync();

        var page = await OpenAsync(path);
        var opened = await StatusAsync(id);
        var approved = await AnswerAsync(path, page, "approve", "Ann  B.\tC", "go\r\nahead");
        var approval = await _server.GetJsonAsync($"/api/approvals/{id}");
        await _server.WaitUntilAsync(approval.GetProperty("pipeline_run_id").GetInt64(), "completed");
        var again = await AnswerAsync(path, page, "reject", "Bob");
        var looked = await OpenAsync(path);

        Assert.Equal((HttpStatusCode.OK, "open"), (page.Status, opened));
        foreach (var word in new[] { "May Send prices start?", "Send &lt;b&gt;these&lt;/b&gt; prices?", "<dd>demo</dd>", "<dd>asking</dd>", "<dt>Asked</dt>" })
        {
            Assert.Contains(word, page.Html, StringComparison.Ordinal);
        }

        Assert.Contains("Approved", approved.Html, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "approved"), (approved.Status, Text(approval, "status")));
        Assert.Equal(("Ann B. C (by link)", "go\nahead"), (Text(approval, "decided_by"), Text(approval, "comment")));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Gone), (again.Status, looked.Status));
        Assert.All([again, looked], late => Assert.Contains("was approved by Ann B. C (by link) at", late.Html, StringComparison.Ordinal));
        Assert.DoesNotContain("<form", looked.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_rejects_as_well()
    {
        var (id, path) = await LinkAsync();

        var answer = await AnswerAsync(path, await OpenAsync(path), "reject", "Bob", "too dear");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("rejected", await StatusAsync(id));
    }

    [Theory]
    [InlineData("https", "https://mlops.localhost/approve/")]
    [InlineData("gopher", "http://mlops.localhost/approve/")]
    [InlineData(null, "http://mlops.localhost/approve/")]
    public async Task A_link_names_the_server_as_the_caller_does(string? proto, string start)
    {
        var approval = await _server.Services.GetRequiredService<ApprovalService>().GetAsync((await LinkAsync()).Id, Cancellation);
        var context = new DefaultHttpContext { Request = { Scheme = "http", Host = new HostString("mlops.localhost") } };
        if (proto is not null)
        {
            context.Request.Headers["X-Forwarded-Proto"] = proto;
        }

        var links = _server.Services.GetRequiredService<ApprovalLinks>();
        var answer = await ApprovalsApi.LinkAsync(approval.Id, null, context.Request, _server.Services.GetRequiredService<ApprovalService>(), links, Cancellation);

        Assert.StartsWith(start, answer.Value?.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_needs_nothing_of_the_app_and_gives_nothing_away()
    {
        var (_, path) = await LinkAsync();
        using var client = _server.CreateClient();

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        var html = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotMatch("<script|<!--|(src|href)=\"/|\\.css\"", html);
        Assert.True(response.Headers.CacheControl is { NoStore: true, NoCache: true });
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("noindex, nofollow", response.Headers.GetValues("X-Robots-Tag").Single());
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("httponly", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_link_that_was_changed_by_one_character_is_none()
    {
        var (id, path) = await LinkAsync();
        var page = await OpenAsync(path);

        for (var at = ApprovalLinks.Prefix.Length + 1; at < path.Length; at += at < path.Length - 8 ? 9 : 1)
        {
            // The neighbour in the alphabet differs in the lowest bit, which in the last character says nothing.
            var other = path[at] switch { 'A' => 'B', 'Q' => 'R', 'g' => 'h', 'w' => 'x', _ => 'A' };
            var changed = await OpenAsync($"{path[..at]}{other}{path[(at + 1)..]}");
            Assert.True((changed.Status, changed.Html.Contains("This link is not valid", StringComparison.Ordinal)) == (HttpStatusCode.NotFound, true), $"Taken with another character at {at}: {changed}");
        }

        foreach (var wrong in new[] { path[..^1], path + "A", path + "=", ApprovalLinks.Prefix + "/x", ApprovalLinks.Prefix + "/" + new string('A', 5000) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await OpenAsync(wrong)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await AnswerAsync(wrong, page, "approve", "Mallory")).Status);
        }

        Assert.Equal("open", await StatusAsync(id));
    }

    [Fact]
    public async Task A_link_expires_by_the_clock_and_never_outlives_its_approval()
    {
        var approval = await _server.Services.GetRequiredService<ApprovalService>().GetAsync((await fixture.AskAsync()).GetProperty("id").GetInt64(), Cancellation);
        var brief = (await fixture.AskAsync("brief")).GetProperty("id").GetInt64();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        clock.AdjustTime(clock.GetUtcNow() - TimeSpan.FromDays(7) - TimeSpan.FromSeconds(2));
        var before = new ApprovalLinks(_server.Services.GetRequiredService<IDataProtectionProvider>(), clock);

        var old = before.Create(approval, null);
        var page = await OpenAsync(old.Path);
        var answered = await AnswerAsync(old.Path, await OpenAsync((await LinkAsync()).Path), "approve", "Ann");
        var (_, bounded) = await _server.SendAsync(HttpMethod.Post, $"/api/approvals/{brief}/links", """{"expires_in": 86400}""");
        var (_, short_) = await _server.SendAsync(HttpMethod.Post, $"/api/approvals/{brief}/links", """{"expires_in": 60}""");

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.Gone), (page.Status, answered.Status));
        Assert.Contains($"It was valid until {old.ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC.", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("prices", page.Html, StringComparison.Ordinal);
        Assert.Equal("open", await StatusAsync(approval.Id));
        var end = (await _server.GetJsonAsync($"/api/approvals/{brief}")).GetProperty("expires_at").GetDateTimeOffset();
        Assert.InRange(end - bounded.GetProperty("expires_at").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.True(short_.GetProperty("expires_at").GetDateTimeOffset() < TimeProvider.System.GetUtcNow().AddSeconds(61));
    }

    [Fact]
    public async Task Without_the_proof_of_the_page_nothing_is_decided()
    {
        var (id, path) = await LinkAsync();
        var page = await OpenAsync(path);

        var withoutCookie = await AnswerAsync(path, page with { Cookie = "" }, "approve", "Ann");
        var withoutField = await AnswerAsync(path, page with { Proof = "" }, "approve", "Ann");
        var notAForm = await AnswerAsync(path, page, new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.All([withoutCookie, withoutField], answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        Assert.Contains("Nothing was decided", withoutCookie.Html, StringComparison.Ordinal);
        Assert.Contains("Nothing was decided", notAForm.Html, StringComparison.Ordinal);
        Assert.Equal("open", await StatusAsync(id));
    }

    [Theory]
    [InlineData("approve", "", "Say who you are")]
    [InlineData("approve", " \t ", "Say who you are")]
    [InlineData("maybe", "Ann", "Choose Approve or Reject.")]
    [InlineData("approve", "long", "The name has 101 characters; at most 100 are kept.")]
    public async Task A_form_that_is_filled_in_wrong_comes_back_with_what_was_typed(string decision, string name, string words)
    {
        var (id, path) = await LinkAsync();

        var answer = await AnswerAsync(path, await OpenAsync(path), decision, name == "long" ? new string('x', 101) : name, "my <comment>");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(words, answer.Html, StringComparison.Ordinal);
        Assert.Contains("my &lt;comment&gt;", answer.Html, StringComparison.Ordinal);
        Assert.Equal("open", await StatusAsync(id));
    }

    [Fact]
    public async Task A_comment_or_a_form_that_is_too_large_is_refused()
    {
        var (id, path) = await LinkAsync();
        var page = await OpenAsync(path);

        var comment = await AnswerAsync(path, page, "approve", "Ann", new string('x', 2001));
        var form = await AnswerAsync(path, page, "approve", "Ann", new string('x', 40_000));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge), (comment.Status, form.Status));
        Assert.Contains("The comment has 2,001 characters", comment.Html, StringComparison.Ordinal);
        Assert.Equal("open", await StatusAsync(id));
    }

    [Fact]
    public async Task No_token_is_in_the_log()
    {
        var (_, path) = await LinkAsync();
        var page = await OpenAsync(path);
        await AnswerAsync(path, page with { Proof = "" }, "approve", "Ann");
        await AnswerAsync(path, page, "approve", "Ann");
        using var client = _server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "attacker.example" } };
        using var refused = await client.SendAsync(request, Cancellation);

        var log = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(_server.Projects.DataPath, "logs"), "mlops-*.log"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            log.Append(await reader.ReadToEndAsync(Cancellation));
        }

        Assert.Matches("POST.*/approve/\\*\\*\\*", log.ToString());
        Assert.DoesNotContain(Token(path)[..40], log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token(path), await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static string Token(string path) => path[(ApprovalLinks.Prefix.Length + 1)..];

    private async Task<(long Id, string Path)> LinkAsync()
    {
        var id = (await fixture.AskAsync()).GetProperty("id").GetInt64();
        var (response, link) = await _server.SendAsync(HttpMethod.Post, $"/api/approvals/{id}/links");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var url = new Uri(Text(link, "url")!, UriKind.Absolute);
        Assert.Equal(TimeSpan.FromDays(7).TotalMinutes, (link.GetProperty("expires_at").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalMinutes, 1d);
        return (id, url.AbsolutePath);
    }

    private async Task<Page> OpenAsync(string path)
    {
        using var client = Client();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return await ReadAsync(response);
    }

    private Task<Page> AnswerAsync(string path, Page page, string decision, string name, string comment = "") => AnswerAsync(path, page, new FormUrlEncodedContent(
        new Dictionary<string, string> { ["__RequestVerificationToken"] = page.Proof, ["decision"] = decision, ["name"] = name, ["comment"] = comment }));

    /// <summary>As a browser does from a page without referrer over plain http: it names no origin.</summary>
    private async Task<Page> AnswerAsync(string path, Page page, HttpContent content)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Origin", "null");
        request.Headers.TryAddWithoutValidation("Cookie", page.Cookie);
        using var response = await client.SendAsync(request, Cancellation);
        return await ReadAsync(response);
    }

    private HttpClient Client()
    {
        // Cookies are sent by hand, so that a test can leave them out.
        using var client = _server.CreateClient();
        return new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = client.BaseAddress };
    }

    private static async Task<Page> ReadAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync(Cancellation);
        var cookie = response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Split(';')[0] : "";
        return new Page(response.StatusCode, html, cookie, ProofField().Match(html).Groups[1].Value);
    }

    private async Task<string?> StatusAsync(long id) => Text(await _server.GetJsonAsync($"/api/approvals/{id}"), "status");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex ProofField();

    private sealed record Page(HttpStatusCode Status, string Html, string Cookie, string Proof);
}
