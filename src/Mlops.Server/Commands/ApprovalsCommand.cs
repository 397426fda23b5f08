using System.CommandLine;
using System.Globalization;
using Mlops.Core.Runs.Approvals;
using Mlops.Server.Api;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>approvals</c>: lists what people are asked, and answers. The run is taken up by the server, or by the command that runs it.</summary>
internal static class ApprovalsCommand
{
    private const int Most = 200;

    public static Command Create(Func<ParseResult, string[]> configuration) => new("approvals", "List blocks that wait for a person, approve and reject them.")
    {
        CreateList(configuration),
        CreateDecide(configuration, "approve", "Let a block start.", isApproved: true),
        CreateDecide(configuration, "reject", "Let a block fail instead of start.", isApproved: false),
    };

    private static Command CreateList(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string?>("project") { Description = "Uuid of a project; all without it", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Those that are decided too" };
        var json = new Option<bool>("--json") { Description = "Print them as JSON" };
        var command = new Command("list", $"List open approvals, newest first; at most {Most}.") { project, all, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var filter = new ApprovalFilter(parsed.GetValue(project), IsOpen: parsed.GetValue(all) ? null : true, Limit: Most);
            var approvals = await Service(host).ListAsync(filter, cancellationToken);
            if (parsed.GetValue(json))
            {
                CommandJson.Write(approvals.Select(ApprovalResource.From));
            }
            else
            {
                Print(approvals);
            }

            return ExitCodes.Completed;
        });
        return command;
    }

    private static Command CreateDecide(Func<ParseResult, string[]> configuration, string name, string description, bool isApproved)
    {
        var id = new Argument<long>("id") { Description = "Id of the approval, as the list shows it" };
        var comment = new Option<string?>("--comment") { Description = "Why; others see it" };
        var command = new Command(name, description) { id, comment };
        command.SetAction(async parsed =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var decision = new ApprovalDecision(isApproved, Environment.UserName, parsed.GetValue(comment));
            var approval = await Service(host).DecideAsync(parsed.GetRequiredValue(id), decision, CancellationToken.None);
            Terminal.Create(Console.Out).MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"{(isApproved ? "Approved" : "Rejected")} block {approval.BlockUuid} of run {approval.PipelineRunId} of {approval.ProjectUuid}/{approval.PipelineUuid}");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static void Print(IReadOnlyList<BlockApproval> approvals)
    {
        var console = Terminal.Create(Console.Out);
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii }
            .AddColumns("Id", "Project", "Pipeline", "Run", "Block", "Asked", "State", "Since (UTC)", "Until (UTC)");
        foreach (var approval in approvals)
        {
            table.AddRow(
                Number(approval.Id), Markup.Escape(approval.ProjectUuid), Markup.Escape(approval.PipelineUuid), Number(approval.PipelineRunId),
                Markup.Escape(approval.BlockUuid), Markup.Escape(approval.Message ?? ""), Markup.Escape(State(approval)), Time(approval.RequestedAt), Time(approval.ExpiresAt));
        }

        console.Write(table);
    }

    private static string State(BlockApproval approval) => approval.DecidedBy is { } by ? $"{approval.Status.ToWord()} by {by}" : approval.Status.ToWord();

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    private static ApprovalService Service(CommandHost host) => host.Services.GetRequiredService<ApprovalService>();
}
