using System.Globalization;
using Mlops.Chaos.Faults;
using Mlops.Chaos.Graphs;
using Mlops.Testing;

namespace Mlops.Chaos.Machine;

/// <summary>The folder of a trial, with all that its processes read and write but PostgreSQL's data.</summary>
internal sealed class TrialFolder
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private TrialFolder(string path)
    {
        Path = path;
        Mark = System.IO.Path.GetFileName(path);
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Unique to the trial; all processes of it have it in their environment as <c>CHAOS_MARK</c>.</summary>
    public string Mark { get; }

    public string Projects => In("projects");

    public string Outputs => In("outputs");

    public string Ledger => In("ledger");

    /// <summary>The server as it was built beside this program.</summary>
    public string Program { get; } = Repository.Combine("src", "Mlops.Server", "bin", Configuration, "net10.0", "Mlops.Server.dll");

    /// <summary>Makes a new one, with the projects.</summary>
    public static TrialFolder Create()
    {
        var folder = new TrialFolder(Directory.CreateTempSubdirectory("mlops-chaos-").FullName);
        ChaosProject.Write(folder.Projects);
        Directory.CreateDirectory(folder.Outputs);
        Directory.CreateDirectory(folder.In(FaultDice.Notes));
        File.WriteAllText(folder.Ledger, "");
        return folder;
    }

    public string DataOf(string node) => In(node);

    public string LogOf(string node) => In(node + ".log");

    /// <summary>Has a share of the processes' writes fail from now on.</summary>
    public void StartFaults(double share) => File.WriteAllText(In(FaultDice.Switch), share.ToString(CultureInfo.InvariantCulture));

    /// <summary>Lets all writes succeed again.</summary>
    public void EndFaults() => File.Delete(In(FaultDice.Switch));

    /// <summary>The faults that writes met with, by kind.</summary>
    public IReadOnlyDictionary<string, int> ReadInjected() => Directory.GetFiles(In(FaultDice.Notes))
        .SelectMany(File.ReadAllLines)
        .CountBy(line => line)
        .ToDictionary(StringComparer.Ordinal);

    public void Delete() => Directory.Delete(Path, recursive: true);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
