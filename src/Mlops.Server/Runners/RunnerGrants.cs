namespace Mlops.Server.Runners;

/// <summary>
/// Which environment variables of the server runners are given beside the basic ones; the setting <c>MLOPS_RUNNER_ENV</c>, such as
/// <c>AWS_*, SLACK_TOKEN, sales:CRM_PASSWORD</c>: a name, a beginning of names, or either for one project alone.
/// </summary>
internal sealed record RunnerGrants
{
    private const string OwnPrefix = "MLOPS_";

    private readonly IReadOnlyList<Grant> _grants;

    private RunnerGrants(IReadOnlyList<Grant> grants) => _grants = grants;

    public static RunnerGrants None { get; } = new([]);

    /// <summary>Settings of the server, its database's password among them, are never given; .NET reads them in any case, as <c>Mlops__Database</c> too.</summary>
    public static bool IsOwn(string name) => name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    public static RunnerGrants Parse(string setting, List<string> errors)
    {
        List<Grant> grants = [];
        foreach (var entry in setting.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split(':', 2, StringSplitOptions.TrimEntries);
            var (project, pattern) = parts is [var left, var right] ? (left, right) : (null, parts[0]);
            if (IsOwn(pattern))
            {
                errors.Add($"'{entry}' of MLOPS_RUNNER_ENV is a setting of the server, which is not for users' code. Give its value another name and grant that.");
            }
            else if (pattern.TrimEnd('*').Length == 0 || pattern.TrimEnd('*').Contains('*', StringComparison.Ordinal) || project?.Length == 0)
            {
                errors.Add($"'{entry}' of MLOPS_RUNNER_ENV is not understood. Write NAME, PREFIX* or project:NAME, separated by commas.");
            }
            else
            {
                grants.Add(new Grant(project, pattern));
            }
        }

        return new RunnerGrants(grants);
    }

    /// <summary>Whether blocks of the project may see the variable.</summary>
    public bool Allows(string projectUuid, string name) =>
        !IsOwn(name) && _grants.Any(grant => (grant.Project is null || grant.Project == projectUuid) && grant.Fits(name));

    public bool Equals(RunnerGrants? other) => other is not null && _grants.SequenceEqual(other._grants);

    public override int GetHashCode() => _grants.Count;

    private sealed record Grant(string? Project, string Pattern)
    {
        public bool Fits(string name) => Pattern.EndsWith('*') ? name.StartsWith(Pattern.TrimEnd('*'), StringComparison.Ordinal) : name == Pattern;
    }
}
