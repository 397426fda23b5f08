using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mlops.Chaos.Faults;
using Mlops.Core.Database;

/// <summary>
/// What .NET calls in a server or worker before its <c>Main</c>, because <c>DOTNET_STARTUP_HOOKS</c> names this assembly: the program under test is the
/// product as it was built, and only the connection of its writer is wrapped. Also ends that process when the one that started it is gone.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for this name without a namespace.")]
internal static class StartupHook
{
    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        if (FaultDice.OfThisProcess() is { } dice)
        {
            DiagnosticListener.AllListeners.Subscribe(new HostListener(dice));
            new Thread(EndWithParent) { IsBackground = true, Name = "parent watch" }.Start();
        }
    }

    private static void EndWithParent()
    {
        // Nobody writes to it: a read ends when the parent does.
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>Hears of every host that is about to be built, as test servers do, and adds the decorator to its services.</summary>
    private sealed class HostListener(FaultDice dice) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
            {
                builder.ConfigureServices(services =>
                    services.AddSingleton<WriterConnectionDecorator>(connection => FaultyConnection.Wrap(connection, dice)));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
