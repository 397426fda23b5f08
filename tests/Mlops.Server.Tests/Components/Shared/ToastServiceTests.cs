using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class ToastServiceTests
{
    private readonly ToastService _toasts = new();

    [Fact]
    public void The_oldest_of_four_toasts_gives_way()
    {
        foreach (var title in new[] { "one", "two", "three", "four" })
        {
            _toasts.Show(new Toast { Title = title });
        }

        Assert.Equal(["two", "three", "four"], _toasts.Toasts.Select(toast => toast.Title));
    }

    [Fact]
    public void A_dismissed_toast_is_gone_and_told_once()
    {
        _toasts.Show(new Toast { Title = "one" });
        var told = 0;
        _toasts.Changed += () => told++;

        _toasts.Dismiss(_toasts.Toasts[0].Id);
        _toasts.Dismiss(1);

        Assert.Empty(_toasts.Toasts);
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task A_refusal_becomes_an_error_that_stays()
    {
        var done = await _toasts.TryAsync("Run #7 was not retried", () => throw new InvalidRequestException("conflict", ["Run 7 is running. Wait until it ends."]));

        Assert.False(done);
        var toast = Assert.Single(_toasts.Toasts);
        Assert.Equal(("Run #7 was not retried", "Run 7 is running. Wait until it ends.", true), (toast.Title, toast.Detail, toast.IsError));
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_without_the_words_of_its_driver()
    {
        Assert.False(await _toasts.TryAsync("Run #7 was not retried", () => throw new DatabaseException("57P01: terminating connection")));

        Assert.Equal("The database does not answer", Assert.Single(_toasts.Toasts).Detail);
    }

    [Fact]
    public async Task A_bug_is_not_made_a_message_of()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _toasts.TryAsync("Not done", () => throw new InvalidOperationException("a bug")));

        Assert.Empty(_toasts.Toasts);
    }
}
