using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Blocks.Connectors.Postgres;
using Mlops.Blocks.Templates;
using Mlops.Core.Triggers.Events;
using Mlops.Sdk;

namespace Mlops.Blocks.Connectors.Queries;

/// <summary>
/// Rows that come to a table of PostgreSQL: <c>event: {type: query, connection: warehouse, table: orders, column: id, interval: 30, channel: new_orders}</c>,
/// or <c>query: select ...</c> in place of the table. The column grows with every row; one run is for all rows beyond the greatest value that was seen.
/// </summary>
internal sealed class QueryEventSource(ConnectionProfiles connections, MlopsBlocksOptions options, TimeProvider timeProvider) : IEventSource
{
    private const string NotGranted = ", or not granted to this project by MLOPS_RUNNER_ENV";

    public string Word => "query";

    public bool IsCalled => false;

    public IReadOnlyList<EventKey> Keys { get; } =
    [
        EventKey.Text("connection", "the name of a profile in io_config.yaml", isRequired: true),
        EventKey.Text("table", "the name of a table"),
        EventKey.Text("query", "a query, such as select id from orders where paid"),
        EventKey.Text("column", "the name of a column that grows with every row, such as id", isRequired: true),
        EventKey.Text("channel", "the name of a channel that is notified of new rows (NOTIFY)"),
        EventKey.Interval,
    ];

    public string? FindProblem(EventSettings settings) => (settings.Text("table") is null) == (settings.Text("query") is null)
        ? "One of event.table and event.query is wanted: where the rows are."
        : null;

    public IEventWatch Watch(WatchedEvents trigger, Action wake) => new QueryWatch(trigger, token => OpenAsync(trigger, token), wake, timeProvider);

    /// <exception cref="EventException">The profile cannot be read, or is of another database.</exception>
    private async Task<PostgresConnection> OpenAsync(WatchedEvents trigger, CancellationToken cancellationToken)
    {
        var secrets = await trigger.ReadSecrets(cancellationToken);
        var name = trigger.Settings.Text("connection")!;
        BlockContext context = new()
        {
            PipelineRunId = 0,
            ProjectUuid = trigger.Project.Uuid,
            PipelineUuid = "",
            BlockUuid = "",
            ProjectPath = trigger.Project.DirectoryPath,
            ExecutionDate = timeProvider.GetUtcNow(),
            Attempt = 1,
            Variables = new Dictionary<string, JsonElement>(),
            Logger = NullLogger.Instance,
            Connections = _ => throw new NotSupportedException(),
            Secrets = secrets.Get,
        };
        var templates = new TemplateRenderer(() => context, NotGranted, FindVariable);
        try
        {
            return connections.Open(trigger.Project.DirectoryPath, name, templates) as PostgresConnection
                ?? throw new EventException($"The connection '{name}' is none of PostgreSQL, and rows are looked for there only. Name another profile of io_config.yaml in event.connection.");
        }
        catch (ConnectionException exception)
        {
            throw new EventException(exception.Message, exception);
        }

        // What the project writes is read in the server here, whose own settings are none of its business.
        string? FindVariable(string variable) => options.AllowsVariable(trigger.Project.Uuid, variable) ? Environment.GetEnvironmentVariable(variable) : null;
    }
}
