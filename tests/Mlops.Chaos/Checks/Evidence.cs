using System.Globalization;
using Mlops.Chaos.Machine;

namespace Mlops.Chaos.Checks;

/// <summary>What a person needs to find out how a violation came about.</summary>
internal sealed class Evidence(Cluster cluster, FinalRows rows, Ledger ledger)
{
    /// <summary>Runs that are shown; the folder has the rest.</summary>
    private const int RunLimit = 10;

    private const int LogLines = 40;

    /// <summary>Prints nothing where there is no violation.</summary>
    public void Print()
    {
        if (cluster.Violations.All.Count == 0)
        {
            return;
        }

        Console.WriteLine($"-- evidence; all of it is in {cluster.Folder.Path}");
        foreach (var violation in cluster.Violations.All)
        {
            Console.WriteLine($"{violation.Kind}: {violation.Text}");
        }

        foreach (var id in cluster.Violations.All.Select(violation => violation.RunId).OfType<long>().Distinct().Take(RunLimit))
        {
            PrintRun(id);
        }

        foreach (var node in cluster.Nodes)
        {
            PrintLog(node.Name, line => true, LogLines);
        }
    }

    private void PrintRun(long id)
    {
        Console.WriteLine(rows.Runs.GetValueOrDefault(id)?.ToString() ?? $"run {id} is not in the database");
        foreach (var block in rows.Blocks[id].Concat(rows.FormerAttempts[id]))
        {
            Console.WriteLine(block);
        }

        foreach (var line in ledger.Lines.Where(line => line.Attempt.RunId == id))
        {
            Console.WriteLine($"  ledger {line.Position}: {(line.IsEnd ? "end" : "start")} {line.Attempt} in process {line.ProcessId}");
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"un {id} ");
        foreach (var node in cluster.Nodes)
        {
            PrintLog(node.Name, line => line.Contains(name, StringComparison.Ordinal), LogLines);
        }
    }

    private void PrintLog(string node, Func<string, bool> isWanted, int count)
    {
        var path = cluster.Folder.LogOf(node);
        foreach (var line in File.Exists(path) ? File.ReadLines(path).Where(isWanted).TakeLast(count) : [])
        {
            Console.WriteLine($"  {node}: {line}");
        }
    }
}
