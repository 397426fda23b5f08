using System.Text.RegularExpressions;

namespace Mlops.Server.Outputs;

/// <summary>A place in an object store: <c>s3://bucket/prefix</c>.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What the keys begin with: empty, or ending with a slash.</param>
internal sealed partial record S3Location(string Bucket, string Prefix)
{
    public const string Scheme = "s3://";

    /// <summary>Reads <c>s3://bucket</c> or <c>s3://bucket/prefix</c>; null where it is not of that form.</summary>
    public static S3Location? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var prefix = match.Groups["prefix"].Value.TrimEnd('/');
        return prefix.Length > 0 && prefix.Split('/').Any(name => name is "" or "." or "..")
            ? null
            : new S3Location(match.Groups["bucket"].Value, prefix.Length == 0 ? "" : prefix + "/");
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}".TrimEnd('/');

    // Names of buckets: 3 to 63 lower-case letters, digits, dots and dashes; some stores take capitals and underscores as well.
    [GeneratedRegex("^s3://(?<bucket>[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9])(/(?<prefix>[A-Za-z0-9!_.*'()/=+@-]*))?$")]
    private static partial Regex Pattern();
}
