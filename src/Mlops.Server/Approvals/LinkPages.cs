using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Runs.Approvals;
using Mlops.Server.Components.Pages.Approvals;
using Mlops.Server.Security;

namespace Mlops.Server.Approvals;

/// <summary>The page that a link leads to. Opening it decides nothing, since chats and mail programs open links by themselves to show what is behind them.</summary>
internal sealed class LinkPages(ApprovalLinks links, ApprovalService approvals, IAntiforgery antiforgery, TimeProvider time, ILogger<LinkPages> logger)
{
    /// <summary>Name and comment at their longest, every character escaped, with room for the proof.</summary>
    private const int MaximumFormBytes = 32 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        var page = app.MapGroup(ApprovalLinks.Prefix).RequireAuthorization(AccessPolicies.ApprovalLink).ExcludeFromDescription();
        page.MapGet("/{token}", (string token, HttpContext context, LinkPages pages) => pages.ShowAsync(token, context));
        page.MapPost("/{token}", (string token, HttpContext context, LinkPages pages) => pages.AnswerAsync(token, context))
            .WithMetadata(new RequestSizeLimitAttribute(MaximumFormBytes));
    }

    private Task<RazorComponentResult<LinkPage>> ShowAsync(string token, HttpContext context) => RenderAsync(context, async () =>
    {
        var (approval, refused) = await FindAsync(token, isAnswer: false, context.RequestAborted);
        return refused ?? Ask(approval!, context);
    });

    private Task<RazorComponentResult<LinkPage>> AnswerAsync(string token, HttpContext context) => RenderAsync(context, async () =>
    {
        var (approval, refused) = await FindAsync(token, isAnswer: true, context.RequestAborted);
        if (refused is not null)
        {
            return refused;
        }

        var form = await LinkForm.ReadAsync(context.Request, context.RequestAborted);
        var isOwn = await antiforgery.IsRequestValidAsync(context);
        var refusal = isOwn ? form.Refusal : "The page was open for too long, or your browser keeps no cookies. Nothing was decided: answer again.";
        return refusal is null ? await DecideAsync(approval!, form, context) : Ask(approval!, context, form, refusal);
    });

    private async Task<LinkView> DecideAsync(BlockApproval approval, LinkForm form, HttpContext context)
    {
        try
        {
            var decision = new ApprovalDecision(form.Decision == "approve", $"{form.Name} (by link)", form.Comment);
            return LinkView.Decided(await approvals.DecideAsync(approval.Id, decision, CancellationToken.None));
        }
        catch (InvalidRequestException refused) when (refused.Type == "conflict")
        {
            // Somebody was faster, or it ended since the page was asked for.
            return LinkView.Ended(await approvals.GetAsync(approval.Id, context.RequestAborted), isAnswer: true);
        }
        catch (InvalidRequestException refused)
        {
            return Ask(approval, context, form, refused.Message);
        }
    }

    /// <summary>The open approval that a token is for, or why there is none.</summary>
    private async Task<(BlockApproval? Approval, LinkView? Refused)> FindAsync(string token, bool isAnswer, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } content)
        {
            return (null, LinkView.Wrong);
        }

        var now = time.GetUtcNow();
        if (content.ExpiresAt <= now)
        {
            return (null, LinkView.Expired(content.ExpiresAt));
        }

        try
        {
            var approval = await approvals.GetAsync(content.ApprovalId, cancellationToken);
            return approval.IsOpen(now) ? (approval, null) : (null, LinkView.Ended(approval, isAnswer));
        }
        catch (NotFoundException)
        {
            // Its run was removed.
            return (null, LinkView.Wrong);
        }
    }

    private LinkView Ask(BlockApproval approval, HttpContext context, LinkForm? form = null, string? refusal = null) => new()
    {
        Status = refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
        Title = $"May {approval.BlockName} start?",
        Approval = approval,
        Proof = antiforgery.GetAndStoreTokens(context),
        Refusal = refusal,
        Name = form?.Name ?? "",
        Comment = form?.Comment ?? "",
    };

    private async Task<RazorComponentResult<LinkPage>> RenderAsync(HttpContext context, Func<Task<LinkView>> makeAsync)
    {
        var view = await TryAsync(context, makeAsync);
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        return new RazorComponentResult<LinkPage>(new Dictionary<string, object?> { [nameof(LinkPage.View)] = view })
        {
            StatusCode = view.Status,
            PreventStreamingRendering = true,
        };
    }

    private async Task<LinkView> TryAsync(HttpContext context, Func<Task<LinkView>> makeAsync)
    {
        try
        {
            return await makeAsync();
        }
        catch (BadHttpRequestException exception)
        {
            return LinkView.UnreadableForm(exception.StatusCode);
        }
        catch (InvalidDataException)
        {
            return LinkView.UnreadableForm(StatusCodes.Status400BadRequest);
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            logger.RequestWithoutDatabase(context.Request.Method, context.Request.Path, exception.Message);
            return LinkView.DatabaseAway;
        }
    }
}
