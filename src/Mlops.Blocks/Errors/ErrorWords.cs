namespace Mlops.Blocks.Errors;

/// <summary>Stable words for errors of blocks that are not exceptions of the user's code.</summary>
internal static class ErrorWords
{
    /// <summary>The file does not compile.</summary>
    public const string Compile = "compile_error";

    /// <summary>The file has no block, two blocks, or one that cannot be called.</summary>
    public const string Signature = "signature_error";

    /// <summary>Upstream outputs or variables do not fit the block's parameters.</summary>
    public const string Binding = "binding_error";

    /// <summary>What the block returned cannot be stored.</summary>
    public const string Output = "output_error";

    /// <summary>The block's file or the output of an upstream block is gone.</summary>
    public const string FileMissing = "file_missing";

    /// <summary>What a dynamic block returned is no list of items.</summary>
    public const string Dynamic = "dynamic_output";

    /// <summary>A test of the block did not pass.</summary>
    public const string TestFailed = "test_failed";

    /// <summary>The text of an SQL block is no statement, or the database refused it.</summary>
    public const string Sql = "sql_error";

    /// <summary>The database of an SQL block cannot be reached, or the block names none.</summary>
    public const string Connection = "connection_error";

    /// <summary>There is no runner for the block's language.</summary>
    public const string NoRunner = "no_runner";

    /// <summary>No space is left for what the block returned.</summary>
    public const string DiskFull = "disk_full";
}
