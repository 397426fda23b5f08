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
    public async Task Runs_reach_the_storage_in_order_and_as_nothing_but_their_ids()
    {
        var client = new RecordingClient(failures: 0);
        using var queue = new HangfireRunQueue(client, (_, _) => Task.FromResult(true), _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);

        queue.Enqueue(7);
        queue.Enqueue(8);

        Assert.Equal((7L, 8L), (await client.NextAsync(), await client.NextAsync()));
        await queue.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_run_is_tried_again_as_long_as_the_storage_is_away()
    {
        var client = new RecordingClient(failures: 2);
        using var queue = new HangfireRunQueue(client, (_, _) => Task.FromResult(true), _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);

        queue.Enqueue(7);
        var next = client.NextAsync();
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(7, await next);
        await queue.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_run_that_was_taken_in_the_meantime_needs_no_job()
    {
        var client = new RecordingClient(failures: 0);
        using var queue = new HangfireRunQueue(client, (id, _) => Task.FromResult(id != 7), _time, NullLogger<HangfireRunQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);

        queue.Enqueue(7);
        queue.Enqueue(8);

        Assert.Equal(8L, await client.NextAsync());
        await queue.StopAsync(CancellationToken.None);
    }

    private sealed class RecordingClient(int failures) : IBackgroundJobClient
    {
        private readonly Channel<long> _ids = Channel.CreateUnbounded<long>();
        private int _failures = failures;

        public string Create(Job job, IState state)
        {
            if (Interlocked.Decrement(ref _failures) >= 0)
            {
                throw new BackgroundJobClientException("away", new TimeoutException());
            }

            return _ids.Writer.TryWrite(Assert.IsType<long>(job.Args[0])) ? "1" : "";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => throw new NotSupportedException();

        public Task<long> NextAsync() => _ids.Reader.ReadAsync().AsTask();
    }
}
