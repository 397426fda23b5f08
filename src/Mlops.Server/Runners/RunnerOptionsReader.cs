using System.Globalization;

namespace Mlops.Server.Runners;

/// <summary>Reads the settings of runners; what is wrong is added to <paramref name="errors"/>.</summary>
/// <param name="setting">Value of a setting; null where it is not given.</param>
/// <param name="errors">Takes what is wrong.</param>
internal sealed class RunnerOptionsReader(Func<string, string?> setting, List<string> errors)
{
    public const int MaximumCount = 256;
    private const long MinimumMemory = 256L << 20;

    private static readonly Dictionary<string, long> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    public static int DefaultCount => Math.Max(2, Environment.ProcessorCount);

    public int ReadCount()
    {
        if (setting("Runners") is not { } value)
        {
            return DefaultCount;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaximumCount)
        {
            return count;
        }

        errors.Add($"MLOPS_RUNNERS is '{value}'; a whole number from 1 to {MaximumCount} is wanted.");
        return DefaultCount;
    }

    /// <summary>Bytes; three quarters of the machine's memory by default.</summary>
    public long ReadMemory()
    {
        if (setting("RunnerMemory") is not { } value)
        {
            return Math.Max(MinimumMemory, MachineMemory.ReadBytes() / 4 * 3);
        }

        var digits = value.TakeWhile(character => char.IsAsciiDigit(character) || character == '.').Count();
        if (decimal.TryParse(value[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && Units.TryGetValue(value[digits..].Trim(), out var unit) && number <= long.MaxValue / unit && number * unit >= MinimumMemory)
        {
            return (long)(number * unit);
        }

        errors.Add($"MLOPS_RUNNER_MEMORY is '{value}'; a size of at least 256MiB is wanted, like 512MiB, 2GiB or a number of bytes.");
        return MinimumMemory;
    }

    public RunnerGrants ReadGrants() => RunnerGrants.Parse(setting("RunnerEnv") ?? "", errors);

    public bool ReadWarmUp()
    {
        if (setting("WarmUp") is not { } value || bool.TryParse(value, out var warmUp))
        {
            return setting("WarmUp") is not "false" and not "False";
        }

        errors.Add($"MLOPS_WARM_UP is '{value}'; true or false is wanted.");
        return true;
    }
}
