using System.Globalization;

namespace Mlops.Core.Runs.Approvals;

/// <summary>Use cases of approvals, for UI, REST and command line alike.</summary>
public sealed class ApprovalService
{
    /// <summary>Longest comment, in characters.</summary>
    public const int MaxCommentLength = 2_000;

    private readonly ApprovalStore _approvals;
    private readonly RunDispatcher _dispatcher;
    private readonly RunLeases _leases;
    private readonly RunEvents _events;

    internal ApprovalService(ApprovalStore approvals, RunDispatcher dispatcher, RunLeases leases, RunEvents events)
    {
        _approvals = approvals;
        _dispatcher = dispatcher;
        _leases = leases;
        _events = events;
    }

    /// <summary>Approvals, newest first.</summary>
    public Task<IReadOnlyList<BlockApproval>> ListAsync(ApprovalFilter filter, CancellationToken cancellationToken) => _approvals.ListAsync(filter, cancellationToken);

    /// <summary>Open approvals, of one project or, with null, of all.</summary>
    public Task<long> CountOpenAsync(string? projectUuid, CancellationToken cancellationToken) => _approvals.CountOpenAsync(projectUuid, cancellationToken);

    /// <summary>The approval.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task<BlockApproval> GetAsync(long id, CancellationToken cancellationToken) => await _approvals.FindAsync(id, cancellationToken) ?? throw NoSuchApproval(id);

    /// <summary>Decides an open approval; its block then starts, or fails.</summary>
    /// <returns>The approval as it is decided.</returns>
    /// <exception cref="NotFoundException">There is no such approval.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: it is decided, expired or withdrawn already; <c>invalid_comment</c>: the comment is too long.</exception>
    public async Task<BlockApproval> DecideAsync(long id, ApprovalDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Comment?.Length > MaxCommentLength)
        {
            throw new InvalidRequestException(
                "invalid_comment", [$"The comment has {decision.Comment.Length:N0} characters; at most {MaxCommentLength:N0} are kept. Shorten it."]);
        }

        var cleaned = decision with { Comment = string.IsNullOrWhiteSpace(decision.Comment) ? null : decision.Comment.Trim() };
        var (approval, isDecided) = await _approvals.DecideAsync(id, cleaned, cancellationToken) ?? throw NoSuchApproval(id);
        if (!isDecided)
        {
            throw new InvalidRequestException("conflict", [approval.DescribeEnd()]);
        }

        // Killed here, the run can be taken and recovery wakes it.
        _leases.TellWoken(approval.PipelineRunId);
        _dispatcher.Wake(approval.PipelineRunId);
        _events.Publish(new RunChange(approval.PipelineRunId, approval.ProjectUuid, approval.PipelineUuid, RunChangeKind.Status));
        return approval;
    }

    private static NotFoundException NoSuchApproval(long id) => new(
        "approval", id.ToString(CultureInfo.InvariantCulture), $"There is no approval {id}. The list of approvals shows those that there are.");
}

/// <summary>What a person says of an approval.</summary>
/// <param name="IsApproved">Whether the block may start; else it fails.</param>
/// <param name="By">Who says it; shown to others.</param>
/// <param name="Comment">Why; null for nothing.</param>
public sealed record ApprovalDecision(bool IsApproved, string By, string? Comment = null);

/// <summary>Which approvals to list. Null takes all.</summary>
/// <param name="ProjectUuid">Of this project.</param>
/// <param name="PipelineRunId">Of this run.</param>
/// <param name="IsOpen">Open ones, or those that are not.</param>
/// <param name="Before">With an id below this one: the last of the page before.</param>
/// <param name="Limit">At most so many; 1 to 200.</param>
public sealed record ApprovalFilter(string? ProjectUuid = null, long? PipelineRunId = null, bool? IsOpen = null, long? Before = null, int Limit = 100);
