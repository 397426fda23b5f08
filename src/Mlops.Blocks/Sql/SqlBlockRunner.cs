using Mlops.Blocks.Connectors;
using Mlops.Blocks.Errors;
using Mlops.Blocks.Templates;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks.Sql;

/// <summary>Runs sensors written in SQL: one query, whose first value is what the sensor says.</summary>
internal sealed class SqlBlockRunner(ConnectionProfiles connections) : IBlockRunner
{
    private const string Sensor = "sensor";

    public string Language => "sql";

    public string? WhyNot(BlockType type) => type.Word == Sensor ? null : $"SQL is for sensors so far, and this is a {type.Label} block; it is listed only.";

    public string? NewCode(BlockType type, string uuid, IReadOnlyList<string> upstream) => type.Word != Sensor ? null : """
        -- Waits until the first column of the first row is true, a number but 0, or a text. Asked again every 10 s unless configuration.interval says otherwise.
        -- Whom it asks stands in configuration.data_provider_profile: a profile of io_config.yaml, "default" where nothing does.
        -- Values stay values: '{{ ds }}' is a text, "{{ variables('table') }}" a name.
        select count(*) >= {{ variables('least', 1) }}
        from (values (1), (2)) as arrived(id)

        """;

    public Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken) =>
        Task.Run(() => Describe(projectPath, block), cancellationToken);

    public async Task<BlockResult> RunAsync(BlockInvocation invocation, CancellationToken cancellationToken)
    {
        var (work, context, templates, _) = invocation;
        if (work.BlockType != Sensor)
        {
            throw new BlockFailedException(ErrorWords.NoRunner, $"SQL is for sensors so far; '{work.BlockUuid}' is a {work.BlockType} and was not started.");
        }

        var file = SqlFile.Read(context.ProjectPath, work.FilePath);
        var statement = Read(file, () => SqlStatement.Render(SqlScanner.Scan(file.Text), templates));
        try
        {
            var database = SqlSettings.Open(connections, context.ProjectPath, context.Configuration, templates);
            return work.IsTooLate ? BlockResult.TooLate : new BlockResult(null, [], []) { Answer = await database.LookAsync(statement.Sql, cancellationToken) };
        }
        catch (StatementException exception)
        {
            throw new BlockFailedException(exception.Offset is { } offset
                ? file.ErrorAt(statement.SourceOf(offset), $": {exception.Message}")
                : new BlockError(ErrorWords.Sql, $"{file.Path}: {exception.Message}") { File = file.Path });
        }
        catch (ConnectionException exception)
        {
            throw new BlockFailedException(NotConnected(file, exception));
        }
    }

    private BlockDescription Describe(string projectPath, Block block)
    {
        if (block.FilePath is not { } path)
        {
            return new BlockDescription([], [new BlockError(ErrorWords.FileMissing, $"The file of block '{block.Uuid}' is missing.")]);
        }

        try
        {
            var file = SqlFile.Read(projectPath, path);
            var text = Read(file, () => Checked(SqlScanner.Scan(file.Text)));
            return new BlockDescription(SqlVariables.Of(text), FindProblem(projectPath, block, file) is { } problem ? [problem] : []);
        }
        catch (BlockFailedException exception)
        {
            return new BlockDescription([], [exception.Error]);
        }
    }

    private BlockError? FindProblem(string projectPath, Block block, SqlFile file)
    {
        try
        {
            SqlSettings.Check(connections, projectPath, block.Configuration);
            return null;
        }
        catch (ConnectionException exception)
        {
            return NotConnected(file, exception);
        }
    }

    private static SqlText Checked(SqlText text)
    {
        foreach (var place in text.Places)
        {
            try
            {
                TemplateRenderer.Check(place.Expression);
            }
            catch (TemplateException exception)
            {
                throw new SqlTextException(exception.Message, place.Index);
            }
        }

        return text;
    }

    private static T Read<T>(SqlFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqlTextException exception)
        {
            throw new BlockFailedException(file.ErrorAt(exception.Offset, $" {exception.Message}"));
        }
    }

    private static BlockError NotConnected(SqlFile file, ConnectionException exception) =>
        new(ErrorWords.Connection, $"{file.Path}: {exception.Message}") { File = file.Path };
}
