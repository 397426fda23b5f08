using System.Diagnostics;
using Hangfire;

namespace Mlops.Benchmarks.Baselines;

/// <summary>What the same costs with bare Hangfire: an empty job, three jobs of which each continues the one before, and many jobs at once.</summary>
internal sealed class HangfireJobs(BackgroundJobClient client, JobSignals signals)
{
    private const int JobsAtOnce = 10;

    public static async Task MeasureAsync(JobStorage storage, string suffix, int count)
    {
        var signals = new JobSignals();
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { Activator = new Activator(signals) }, storage);
        var jobs = new HangfireJobs(new BackgroundJobClient(storage), signals);
        await Figures.TimeAsync(count / 2, jobs.RunThreeAsync);
        Figures.PrintTimes($"baseline_hangfire_job_{suffix}", await Figures.TimeAsync(count, jobs.RunOneAsync));
        Figures.PrintTimes($"baseline_hangfire_three_continuations_{suffix}", await Figures.TimeAsync(count, jobs.RunThreeAsync));

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count * JobsAtOnce).Select(_ => jobs.RunOneAsync()));
        Figures.PrintValue($"baseline_hangfire_jobs_at_once_{suffix}", "jobs/s", count * JobsAtOnce / Stopwatch.GetElapsedTime(start).TotalSeconds);
        server.SendStop();
    }

    private Task RunOneAsync()
    {
        var (id, done) = signals.Add();
        client.Enqueue<SignalJob>(job => job.Execute(id));
        return done;
    }

    private Task RunThreeAsync()
    {
        var (first, second, (third, done)) = (signals.Add().Id, signals.Add().Id, signals.Add());
        var job = client.Enqueue<SignalJob>(job => job.Execute(first));
        job = client.ContinueJobWith<SignalJob>(job, job => job.Execute(second));
        client.ContinueJobWith<SignalJob>(job, job => job.Execute(third));
        return done;
    }

    private sealed class Activator(JobSignals signals) : JobActivator
    {
        public override object ActivateJob(Type jobType) => new SignalJob(signals);
    }
}

/// <summary>A job that only tells that it was executed; public because Hangfire calls it.</summary>
public sealed class SignalJob
{
    private readonly JobSignals _signals;

    internal SignalJob(JobSignals signals) => _signals = signals;

    public void Execute(int id) => _signals.Set(id);
}
