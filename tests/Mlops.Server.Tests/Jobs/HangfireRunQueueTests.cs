using System.Threading.Channels;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mlops.Server.Jobs;

namespace Mlops.Server.Tests.Jobs;

public sealed class HangfireRunQueueTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_run_reaches_the_storage_at_once_and_as_nothing_but_its_id()
    {
        var client = new RecordingClient(failures: 0);
        using var queue = new HangfireRunQueue(client, (_, _) => Task.FromResult(true), _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);

        queue.Enqueue(7);

        Assert.Equal(7L, await client.NextAsync());
        await queue.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Of_many_runs_within_a_second_only_the_newest_gets_a_job()
    {
        var client = new RecordingClient(failures: 0);
        using var queue = new HangfireRunQueue(client, (_, _) => Task.FromResult(true), _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);
        queue.Enqueue(1);
        Assert.Equal(1L, await client.NextAsync());

        for (var id = 2; id <= 2000; id++)
        {
            queue.Enqueue(id);
        }

        Assert.Equal(2000L, await AdvanceUntilAsync(client.NextAsync()));
        Assert.Equal(2, client.Count);
        await queue.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_run_is_tried_again_as_long_as_the_storage_is_away()
    {
        var client = new RecordingClient(failures: 2);
        using var queue = new HangfireRunQueue(client, (_, _) => Task.FromResult(true), _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);

        queue.Enqueue(7);

        Assert.Equal(7, await AdvanceUntilAsync(client.NextAsync()));
        await queue.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_run_that_was_taken_in_the_meantime_needs_no_job()
    {
        var client = new RecordingClient(failures: 0);
        var looked = new TaskCompletionSource();
        using var queue = new HangfireRunQueue(
            client, (id, _) => { looked.TrySetResult(); return Task.FromResult(id != 7); }, _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);

        queue.Enqueue(7);
        await Task.WhenAny(looked.Task, Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken));
        queue.Enqueue(8);

        Assert.Equal(8L, await AdvanceUntilAsync(client.NextAsync()));
        Assert.Equal(1, client.Count);
        await queue.StopAsync(CancellationToken.None);
    }

    private async Task<T> AdvanceUntilAsync<T>(Task<T> ended)
    {
        while (!ended.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await ended;
    }

    private sealed class RecordingClient(int failures) : IBackgroundJobClient
    {
        private readonly Channel<long> _ids = Channel.CreateUnbounded<long>();
        private int _failures = failures;

        public int Count { get; private set; }

        public string Create(Job job, IState state)
        {
            if (Interlocked.Decrement(ref _failures) >= 0)
            {
                throw new BackgroundJobClientException("away", new TimeoutException());
            }

            Count++;
            return _ids.Writer.TryWrite(Assert.IsType<long>(job.Args[0])) ? "1" : "";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => throw new NotSupportedException();

        public Task<long> NextAsync() => _ids.Reader.ReadAsync().AsTask();
    }
}
