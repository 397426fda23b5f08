using System.Collections.Concurrent;
using Mlops.Blocks;
using Mlops.Blocks.Remote;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Server.Runners;

/// <summary>Runs blocks in child processes: one for each pipeline run at a time.</summary>
internal sealed class RunnerBlockHost(RunnerPool pool, RunnerOptions options, BlockRunners languages, TimeProvider time) : IBlockHost
{
    private static readonly TimeSpan DescribeTimeout = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, RunnerEnvironment> _environments = new(StringComparer.Ordinal);

    public string? WhyNot(BlockType type, BlockLanguage language) => languages.WhyNot(type, language);

    public async Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken)
    {
        var environment = EnvironmentOf(Path.GetFileName(Path.TrimEndingDirectorySeparator(projectPath)));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var runner = await pool.FindAsync(environment).WaitAsync(DescribeTimeout, time, cancellationToken);
                return await runner.Client.DescribeAsync(projectPath, block, cancellationToken).WaitAsync(DescribeTimeout, time, cancellationToken);
            }
            catch (RunnerLostException) when (attempt == 1)
            {
                // It was replaced, or the run that it also had ended it: another one knows as much.
            }
            catch (Exception exception) when (exception is RunnerLostException or RunnerStartException or TimeoutException)
            {
                return new BlockDescription([], [new BlockError(RunnerDeath.ErrorType, $"The block cannot be looked at: {exception.Message}")]);
            }
        }
    }

    public async Task<IBlockSession> OpenAsync(BlockSessionOptions options, CancellationToken cancellationToken)
    {
        await pool.WaitForSlotAsync(cancellationToken);
        var session = new RunnerBlockSession(pool, WithLending(options), EnvironmentOf(options.ProjectUuid), time);
        try
        {
            await session.StartAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Code that waits for another run lends the right to a runner meanwhile, so that the other run can have one.</summary>
    private BlockSessionOptions WithLending(BlockSessionOptions given) => given.Calls is not { } calls
        ? given
        : given with
        {
            Calls = async (message, cancellationToken) =>
            {
                if (!message.ChecksStatus)
                {
                    return await calls(message, cancellationToken);
                }

                pool.ReleaseSlot();
                try
                {
                    return await calls(message, cancellationToken);
                }
                finally
                {
                    await pool.WaitForSlotAsync(CancellationToken.None);
                }
            },
        };

    private RunnerEnvironment EnvironmentOf(string projectUuid) => _environments.GetOrAdd(projectUuid, uuid => RunnerEnvironment.For(uuid, options.Grants));
}
