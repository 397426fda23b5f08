using System.Data.Common;
using System.Globalization;
using Mlops.Core.Workers;
using Mlops.Server.Events;
using Mlops.Server.Runners;
using Mlops.Server.Secrets;
using Npgsql;

namespace Mlops.Server.Hosting;

/// <summary>Reads <see cref="MlopsServerOptions"/> from the configuration and finds everything that is wrong with it at once.</summary>
internal sealed class ServerOptionsReader
{
    private const string DefaultUrls = "http://localhost:6789";
    private const int MaximumDrainSeconds = 3600;
    private readonly IConfigurationSection _section;
    private readonly string? _hostUrls;
    private readonly WorkerRole _role;
    private readonly List<string> _errors = [];

    private ServerOptionsReader(IConfiguration configuration, WorkerRole role)
    {
        _role = role;
        _section = configuration.GetSection(ServerConfiguration.Section);
        _hostUrls = configuration["urls"];
    }

    /// <param name="configuration">All settings.</param>
    /// <param name="role">What they are for: a worker needs a database that it can share.</param>
    /// <exception cref="InvalidSettingsException">Something is wrong; names every error.</exception>
    public static MlopsServerOptions Read(IConfiguration configuration, WorkerRole role = WorkerRole.Server) =>
        new ServerOptionsReader(configuration, role).Read();

    private MlopsServerOptions Read()
    {
        var projects = ReadProjectsPath();
        var runners = new RunnerOptionsReader(Setting, _errors);
        var data = ReadDataPath(projects);
        var outputs = new OutputsSettings(_errors);
        var (outputsPath, outputsLocation) = outputs.ReadPlace(Setting("Outputs"));
        var options = new MlopsServerOptions
        {
            Role = _role,
            ProjectsPath = projects ?? "",
            DataPath = data ?? "",
            OutputsPath = outputsPath,
            OutputsLocation = outputsLocation,
            OutputsCacheBytes = outputs.ReadCacheBytes(Setting("OutputsCache")),
            Database = ReadDatabase(),
            Warehouse = ReadConnectionString("Warehouse", "MLOPS_WAREHOUSE", "--warehouse"),
            SecretsKey = ReadSecretsKey(),
            Urls = ReadUrls(),
            AllowedHosts = ReadAllowedHosts(),
            Runners = runners.ReadCount(),
            RunnerMemoryBytes = runners.ReadMemory(),
            RunnerGrants = runners.ReadGrants(),
            WarmUp = runners.ReadWarmUp(),
            Environment = Setting("Env"),
            WatchedPlaces = WatchedPlaces.Parse(Setting("WatchedFolders"), _errors),
            RunLimit = ReadNumber("RunLimit", "MLOPS_RUN_LIMIT", 1, int.MaxValue),
            StopGrace = ReadNumber("StopGraceSeconds", "MLOPS_STOP_GRACE_SECONDS", 0, MaximumDrainSeconds) is { } grace
                ? TimeSpan.FromSeconds(grace) : MlopsServerOptions.DefaultStopGrace,
            DrainTime = ReadNumber("DrainSeconds", "MLOPS_DRAIN_SECONDS", 0, MaximumDrainSeconds) is { } seconds
                ? TimeSpan.FromSeconds(seconds) : MlopsServerOptions.DefaultDrainTime,
        };
        return _errors.Count == 0 ? options : throw new InvalidSettingsException(_errors);
    }

    private string? Setting(string name) => _section[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private string? ReadProjectsPath()
    {
        const string mend = "Give the folder that holds settings.yaml by --projects or MLOPS_PROJECTS.";
        if (Setting("Projects") is not { } setting)
        {
            var found = ProjectsFolder.Find();
            if (found is null)
            {
                _errors.Add($"No folder 'projects' with a settings.yaml was found from {Environment.CurrentDirectory} upwards. {mend}");
            }

            return found;
        }

        var path = Path.GetFullPath(setting);
        if (!Directory.Exists(path))
        {
            _errors.Add($"The projects folder {path} does not exist. {mend}");
            return null;
        }

        return path;
    }

    private string? ReadDataPath(string? projects)
    {
        var setting = Setting("DataDir") ?? (projects is null ? null : Path.Combine(Path.GetDirectoryName(projects) ?? projects, ".mlops"));
        return setting is null ? null : WritableFolder.Probe(setting, "data", "--data-dir or MLOPS_DATA_DIR", _errors);
    }

    private string? ReadDatabase()
    {
        var database = ReadConnectionString("Database", "MLOPS_DATABASE", "--database");
        if (database is null && _role == WorkerRole.Worker)
        {
            _errors.Add(
                "A worker takes runs from the PostgreSQL database that it shares with the servers, and none is set; the embedded SQLite file is of one process "
                + $"alone. Give theirs by MLOPS_DATABASE or --database, like {Example}.");
        }

        return database;
    }

    private string? ReadConnectionString(string name, string variable, string option)
    {
        if (Setting(name) is not { } value)
        {
            return null;
        }

        try
        {
            if (string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(value).Host))
            {
                _errors.Add($"The connection string of {variable} ({option}) names no host. Write it like {Example}.");
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or DbException)
        {
            // The value may hold a password, and so may the exception's message.
            _errors.Add($"The connection string of {variable} ({option}) cannot be read as one of PostgreSQL. Write it like {Example}.");
        }

        return value;
    }

    private string? ReadSecretsKey()
    {
        var key = Setting("SecretsKey");
        if (key?.Length < KeyRingOptions.MinKeyCharacters)
        {
            _errors.Add(
                $"MLOPS_SECRETS_KEY has {key.Length} characters; at least {KeyRingOptions.MinKeyCharacters} that nobody can guess are wanted. "
                + "Make one by: openssl rand -base64 32");
        }

        return key;
    }

    private const string Example = "'Host=localhost;Port=5432;Database=mlops;Username=mlops;Password=...'";

    private string ReadUrls()
    {
        var urls = string.IsNullOrWhiteSpace(_hostUrls) ? Setting("Urls") ?? DefaultUrls : _hostUrls;
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsAddress(url))
            {
                _errors.Add($"'{url}' of --urls is not an address to listen on. Write it like {DefaultUrls}, several separated by ';'.");
            }
        }

        return urls;
    }

    private static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address is { Scheme: "http" or "https", Port: >= 0 and <= 65535 } && address.Host.Length > 0 && address.PathBase.Length == 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private string[] ReadAllowedHosts()
    {
        var hosts = (Setting("AllowedHosts") ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var host in hosts.Where(host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown))
        {
            _errors.Add($"'{host}' of MLOPS_ALLOWED_HOSTS is not a host name. Write it without scheme and port, like mlops.example.org or *.example.org.");
        }

        return hosts;
    }

    /// <summary>Null where the setting is not there or wrong.</summary>
    private int? ReadNumber(string name, string variable, int least, int most)
    {
        if (Setting(name) is not { } setting)
        {
            return null;
        }

        if (int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        _errors.Add($"{variable} is '{setting}'; a whole number from {least} to {most} is wanted.");
        return null;
    }
}
