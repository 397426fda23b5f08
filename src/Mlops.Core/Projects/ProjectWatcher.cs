using Microsoft.Extensions.Logging;
using Mlops.Core.Pipelines;

namespace Mlops.Core.Projects;

/// <summary>
/// Tells soon after files of projects changed. Reports of the system are gathered for a moment, since an editor or a checkout makes many; where
/// the system cannot report (no watches left, a network drive), it tells every second to have a look.
/// </summary>
/// <param name="path">Absolute path of the folder of projects.</param>
/// <param name="changed">Takes the files that changed; none to have a look, null where reports were lost.</param>
/// <param name="timeProvider">Times gathering and looking.</param>
/// <param name="logger">Takes why the system does not report.</param>
internal sealed class ProjectWatcher(string path, Action<IReadOnlySet<string>?> changed, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    /// <summary>How long reports are gathered.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Looking = TimeSpan.FromSeconds(1);

    /// <summary>Files reported within one gathering; more count as lost reports, which leads to a look at everything.</summary>
    private const int MaxTouched = 10_000;

    private static readonly string[] IgnoredFolders =
        ["data", "bin", "obj", ".git", ".mlops", ".cache", ".file_versions", ".variables", ".logs", ".venv", "node_modules", "__pycache__"];

    private static readonly HashSet<string> Endings =
        [".yml", "", .. BlockLanguage.All.Select(language => language.Extension)];

    private readonly Lock _lock = new();
    private FileSystemWatcher? _watcher;
    private ITimer? _timer;
    private HashSet<string>? _touched = [];
    private bool _isGathering;
    private bool _isBroken;
    private bool _isDisposed;

    /// <summary>Whether a change of this file or folder can change what the catalog says.</summary>
    /// <param name="relativePath">Relative to the folder of projects, with the system's separator.</param>
    public static bool IsRelevant(string relativePath)
    {
        foreach (var name in relativePath.Split(Path.DirectorySeparatorChar))
        {
            if (name == "pipelines")
            {
                break; // A pipeline may be named 'data'.
            }

            if (IgnoredFolders.Contains(name, StringComparer.Ordinal))
            {
                return false;
            }
        }

        return Endings.Contains(Path.GetExtension(relativePath));
    }

    /// <summary>Begins; does nothing the second time.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_timer is null && !_isDisposed)
            {
                _timer = timeProvider.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                Watch();
            }
        }
    }

    /// <summary>Ends; a call that is under way finishes.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _watcher?.Dispose();
        }
    }

    /// <summary>Call with the lock held.</summary>
    private void Watch()
    {
        _watcher?.Dispose();
        _watcher = null;
        _isBroken = false;
        try
        {
            var watcher = new FileSystemWatcher(path)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Created += (_, report) => Note(report.FullPath);
            watcher.Changed += (_, report) => Note(report.FullPath);
            watcher.Deleted += (_, report) => Note(report.FullPath);
            watcher.Renamed += (_, report) => Note(report.OldFullPath, report.FullPath);
            watcher.Error += (_, error) => NoteLoss(error.GetException());
            _watcher = watcher;
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            Log.CannotWatch(logger, path, exception.Message);
            _watcher?.Dispose();
            _watcher = null;
            _timer!.Change(Looking, Looking);
        }
    }

    private void Note(params ReadOnlySpan<string> paths)
    {
        lock (_lock)
        {
            foreach (var file in paths)
            {
                if (IsRelevant(Path.GetRelativePath(path, file)))
                {
                    _touched?.Add(file);
                    _touched = _touched?.Count > MaxTouched ? null : _touched;
                    Gather();
                }
            }
        }
    }

    private void NoteLoss(Exception exception)
    {
        lock (_lock)
        {
            Log.LostChanges(logger, path, exception.Message);
            _touched = null;
            _isBroken = exception is not InternalBufferOverflowException;
            Gather();
        }
    }

    /// <summary>Call with the lock held.</summary>
    private void Gather()
    {
        if (!_isGathering && !_isDisposed)
        {
            _isGathering = true;
            _timer!.Change(Gathering, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tell()
    {
        IReadOnlySet<string>? touched;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            touched = _touched;
            _touched = [];
            _isGathering = false;
            if (_isBroken)
            {
                Watch();
            }
        }

        changed(touched);
    }
}
