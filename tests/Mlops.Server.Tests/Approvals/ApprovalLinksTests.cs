using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core;
using Mlops.Core.Runs.Approvals;
using Mlops.Server.Approvals;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Approvals;

public sealed class ApprovalLinksTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    internal static BlockApproval Approval { get; } = new()
    {
        Id = 7,
        PipelineRunId = 3,
        BlockRunId = 5,
        ProjectUuid = "demo",
        PipelineUuid = "asking",
        BlockUuid = "send",
        BlockName = "Send prices",
        Status = ApprovalStatus.Open,
        RequestedAt = Now,
    };

    [Fact]
    public async Task Servers_on_one_database_read_the_links_of_the_others_and_no_other_does()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var one = new ServerUnderTest(new TestProjects("demo"), new() { ["Mlops:Database"] = database.ConnectionString });
        await using var other = new ServerUnderTest(new TestProjects("demo"), new() { ["Mlops:Database"] = database.ConnectionString });
        await using var stranger = new ServerUnderTest(new TestProjects("demo"));

        var link = one.Services.GetRequiredService<ApprovalLinks>().Create(Approval, TimeSpan.FromHours(1));

        var token = link.Path[(ApprovalLinks.Prefix.Length + 1)..];
        Assert.Equal(new ApprovalLinkContent(7, link.ExpiresAt), other.Services.GetRequiredService<ApprovalLinks>().Read(token));
        Assert.Null(stranger.Services.GetRequiredService<ApprovalLinks>().Read(token));
    }

    [Theory]
    [InlineData(null, null, 7 * 86_400)]
    [InlineData(null, 60, 60)]
    [InlineData(null, 30 * 86_400, 30 * 86_400)]
    [InlineData(3_600, null, 3_600)]
    [InlineData(3_600, 60, 60)]
    [InlineData(60, 3_600, 60)]
    public void A_link_is_valid_for_as_long_as_asked_for_but_no_longer_than_its_approval(int? validFor, int? expiresIn, int seconds)
    {
        var links = new ApprovalLinks(new EphemeralDataProtectionProvider(), new FakeTimeProvider(Now));
        var approval = Approval with { ExpiresAt = expiresIn is { } end ? Now.AddSeconds(end) : null };

        var link = links.Create(approval, validFor is { } wanted ? TimeSpan.FromSeconds(wanted) : null);

        Assert.Equal(Now.AddSeconds(seconds), link.ExpiresAt);
    }

    [Theory]
    [InlineData(ApprovalStatus.Approved, "was approved by ann at 2026-05-04 12:00:00 UTC already.")]
    [InlineData(ApprovalStatus.Withdrawn, "ended before anybody decided")]
    [InlineData(ApprovalStatus.Open, "The time to approve block 'send' of run 3 was over at 2026-05-04 12:00:00 UTC")]
    public void There_is_no_link_where_nobody_is_asked_any_more(ApprovalStatus status, string words)
    {
        var links = new ApprovalLinks(new EphemeralDataProtectionProvider(), new FakeTimeProvider(Now));

        var refused = Assert.Throws<InvalidRequestException>(() => links.Create(Approval with { Status = status, DecidedAt = Now, DecidedBy = "ann", ExpiresAt = Now }, null));

        Assert.Equal("conflict", refused.Type);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }
}
