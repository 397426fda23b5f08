using System.Globalization;
using Mlops.Server.Outputs;

namespace Mlops.Server.Hosting;

/// <summary>Reads the settings of the output store.</summary>
/// <param name="errors">Takes everything that is wrong.</param>
internal sealed class OutputsSettings(ICollection<string> errors)
{
    /// <summary><c>MLOPS_OUTPUTS</c>: an absolute folder, or a place in an object store.</summary>
    /// <returns>One of the two; neither where there is no setting.</returns>
    public (string? Path, S3Location? Location) ReadPlace(string? setting)
    {
        if (setting is null)
        {
            return (null, null);
        }

        if (setting.StartsWith(S3Location.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var location = S3Location.Parse(setting);
            if (location is null)
            {
                errors.Add($"MLOPS_OUTPUTS (--outputs) is '{setting}', which is no place in an object store. Write it like s3://bucket/prefix.");
            }

            foreach (var error in S3Clients.Check())
            {
                errors.Add(error);
            }

            return (null, location);
        }

        if (!Path.IsPathFullyQualified(setting) || setting.Contains("://", StringComparison.Ordinal))
        {
            errors.Add($"MLOPS_OUTPUTS (--outputs) is '{setting}'; wanted is an absolute path of a folder, or s3://bucket/prefix.");
            return (null, null);
        }

        return (WritableFolder.Probe(setting, "outputs", "--outputs or MLOPS_OUTPUTS", errors), null);
    }

    /// <summary><c>MLOPS_OUTPUTS_CACHE</c>: a size such as <c>10 GiB</c>.</summary>
    public long ReadCacheBytes(string? setting)
    {
        if (setting is null)
        {
            return MlopsServerOptions.DefaultOutputsCacheBytes;
        }

        string[] units = ["MiB", "GiB", "TiB"];
        for (var i = 0; i < units.Length; i++)
        {
            if (setting.EndsWith(units[i], StringComparison.OrdinalIgnoreCase)
                && int.TryParse(setting[..^3].TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
            {
                return (long)count << (20 + (10 * i));
            }
        }

        errors.Add($"MLOPS_OUTPUTS_CACHE is '{setting}'; wanted is a size of at least 1 MiB with its unit MiB, GiB or TiB, such as 10 GiB.");
        return MlopsServerOptions.DefaultOutputsCacheBytes;
    }
}
