namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>A kind of events in the form.</summary>
/// <param name="Word">Its word in <c>event.type</c>.</param>
/// <param name="Label">What a run is started for.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record EventKind(string Word, string Label, IReadOnlyList<EventField> Fields)
{
    private static readonly EventField Pattern = new("pattern", "Names of files", "With * and ?, such as *.csv.", EventFieldType.Text);
    private static readonly EventField Interval = new("interval", "Look every", "Seconds, 1 to 86400; 30 unless given, 60 for an object store.", EventFieldType.Number);

    /// <summary>All, in the order of the menu.</summary>
    public static IReadOnlyList<EventKind> All { get; } =
    [
        new("file", "A file that arrives in a folder",
        [
            new("path", "Folder", "In the project, such as data/inbox, or one that MLOPS_WATCHED_FOLDERS allows.", EventFieldType.Text, IsRequired: true),
            Pattern,
            new("recursive", "Folders in it", "true or false.", EventFieldType.Switch),
            Interval,
        ]),
        new("s3", "An object that arrives in an object store",
        [
            new("path", "Place", "Such as s3://bucket/prefix; MLOPS_WATCHED_FOLDERS has to allow it.", EventFieldType.Text, IsRequired: true),
            Pattern,
            Interval,
        ]),
        new("pipeline", "A run of another pipeline that is over",
        [
            new("pipeline", "Other pipeline", "Its uuid.", EventFieldType.Text, IsRequired: true),
            new("project", "Its project", "This one unless given.", EventFieldType.Text),
            new("statuses", "Statuses", "Separated by commas: completed (usual), failed, cancelled.", EventFieldType.Words),
        ]),
        new("query", "Rows that come to a table",
        [
            new("connection", "Connection", "A profile of PostgreSQL in io_config.yaml.", EventFieldType.Text, IsRequired: true),
            new("table", "Table", "Or a query.", EventFieldType.Text),
            new("query", "Query", "In place of a table, such as select id from orders where paid.", EventFieldType.Text),
            new("column", "Column", "One that grows with every row, such as id.", EventFieldType.Text, IsRequired: true),
            new("channel", "Channel", "On which NOTIFY tells of rows; optional.", EventFieldType.Text),
            Interval,
        ]),
        new("webhook", "A payload that a service posts",
        [
            new("match", "Payload filter", "JSON such as {\"action\": [\"opened\"], \"pull_request.merged\": true}; all payloads unless given.", EventFieldType.Json),
        ]),
    ];
}

/// <summary>A field of a kind of events.</summary>
/// <param name="Key">Its key in <c>event</c>.</param>
/// <param name="Label">Its label.</param>
/// <param name="Hint">What is wanted.</param>
/// <param name="Type">How its text is read.</param>
/// <param name="IsRequired">Whether it must be given.</param>
internal sealed record EventField(string Key, string Label, string Hint, EventFieldType Type, bool IsRequired = false);

/// <summary>How the text of a field is read.</summary>
internal enum EventFieldType
{
    /// <summary>As it stands.</summary>
    Text,

    /// <summary>As a number.</summary>
    Number,

    /// <summary>True or false, by a switch.</summary>
    Switch,

    /// <summary>Words separated by commas.</summary>
    Words,

    /// <summary>As JSON.</summary>
    Json,
}
