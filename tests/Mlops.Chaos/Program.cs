using System.Runtime.InteropServices;
using Mlops.Chaos;

// Kills, halts and starves a real server, workers and PostgreSQL while runs pour in, and then checks that nothing was lost, stuck or done twice.
//   dotnet run --project tests/Mlops.Chaos -- --database postgres --minutes 2 --seed 42
// Exit code: 0 where all is as it should be, 1 where it is not, 2 where the arguments are wrong, 3 where it was interrupted.
if (ChaosOptions.Parse(args, out var problem) is not { } options)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await ChaosRun.RunAsync(options, stopping.Token) ? 0 : 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Interrupted: nothing was checked.");
    return 3;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
