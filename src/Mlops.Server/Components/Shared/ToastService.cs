using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Server.Components.Live;

namespace Mlops.Server.Components.Shared;

/// <summary>The toasts of one browser tab; at most three, the oldest gives way.</summary>
public sealed class ToastService
{
    private const int Most = 3;

    private readonly List<Toast> _toasts = [];
    private int _lastId;

    /// <summary>Raised when <see cref="Toasts"/> changed.</summary>
    public event Action? Changed;

    /// <summary>Those shown now, oldest first.</summary>
    public IReadOnlyList<Toast> Toasts => _toasts;

    /// <summary>Shows a toast.</summary>
    public void Show(Toast toast)
    {
        _toasts.Add(toast with { Id = ++_lastId });
        if (_toasts.Count > Most)
        {
            _toasts.RemoveAt(0);
        }

        Changed?.Invoke();
    }

    /// <summary>Takes a toast away; nothing happens where it is gone already.</summary>
    public void Dismiss(int id)
    {
        if (_toasts.RemoveAll(toast => toast.Id == id) > 0)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Does what a user asked for; where a service refuses, a toast says what was not done and why.</summary>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> TryAsync(string failure, Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception exception) when (exception is NotFoundException or InvalidRequestException || DatabaseHealth.IsAway(exception))
        {
            var detail = DatabaseHealth.IsAway(exception) ? PageProblem.DatabaseAwayTitle : exception.Message;
            Show(new Toast { Title = failure, Detail = detail, Icon = "st-failed", Status = "failed", IsError = true });
            return false;
        }
    }
}
