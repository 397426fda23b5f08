using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.Remote;

namespace Mlops.Runner;

/// <summary>The child process that runs users' code; started by the server, never by hand.</summary>
internal static class Program
{
    /// <param name="args">Where the server listens; see <see cref="RunnerProgram"/>.</param>
    public static Task<int> Main(string[] args) => RunnerProgram.RunAsync(args, services => services.BuildServiceProvider());
}
