using System.Text;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Tests.Database;

public sealed class DatabaseNoticesTests
{
    [Fact]
    public void Notices_come_back_in_order_without_repetition_and_not_to_their_own_writer()
    {
        var payload = Assert.Single(DatabaseNotices.Pack("me", ["a 1", "b 2", "a 1"]));

        Assert.Equal(["a 1", "b 2"], DatabaseNotices.Unpack("you", payload));
        Assert.Empty(DatabaseNotices.Unpack("me", payload));
        Assert.Empty(DatabaseNotices.Pack("me", []));
    }

    [Fact]
    public void No_payload_is_longer_than_postgres_takes()
    {
        var notices = Enumerable.Range(0, 1000).Select(i => $"status {i} projékt pipeline").ToList();

        var payloads = DatabaseNotices.Pack("me", notices).ToList();

        Assert.All(payloads, payload => Assert.InRange(Encoding.UTF8.GetByteCount(payload), 1, 7999));
        Assert.Equal(notices, payloads.SelectMany(payload => DatabaseNotices.Unpack("you", payload)));
    }

    [Theory]
    [InlineData("status 42 p q", "Status", 42)]
    [InlineData("waiting 7 p q", "Waiting", 7)]
    public void A_notice_says_what_of_which_run(string text, string kind, long id)
    {
        var (read, change) = RunNotices.Read(text)!.Value;

        Assert.Equal((kind, id, "p", "q"), (read.ToString(), change.PipelineRunId, change.ProjectUuid, change.PipelineUuid));
    }

    [Theory]
    [InlineData("")]
    [InlineData("status")]
    [InlineData("status x p q")]
    [InlineData("shutdown 1 p q")]
    public void A_notice_of_another_version_is_left_alone(string text) => Assert.Null(RunNotices.Read(text));
}
