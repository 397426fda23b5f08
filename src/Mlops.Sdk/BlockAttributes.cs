namespace Mlops.Sdk;

/// <summary>Marks the one public static method of a block file that runs as the block. Its class decides the block type.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BlockAttribute : Attribute
{
    /// <summary>The block type's word on disk and on the wire, such as <c>data_loader</c>.</summary>
    public abstract string BlockType { get; }
}

/// <summary>A block that brings data into the pipeline.</summary>
public sealed class DataLoaderAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "data_loader";
}

/// <summary>A block that turns the outputs of upstream blocks into new ones.</summary>
public sealed class TransformerAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "transformer";
}

/// <summary>A block that writes outputs of upstream blocks somewhere outside of the pipeline.</summary>
public sealed class DataExporterAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "data_exporter";
}

/// <summary>A block that trains a model and returns it as <see cref="TrainedModel"/>.</summary>
public sealed class TrainerAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "trainer";
}

/// <summary>A block of no particular kind.</summary>
public sealed class CustomAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "custom";
}

/// <summary>
/// A condition of other blocks: returns <c>bool</c>, or a task of it. It is asked before each of them with their upstream outputs, of which it may take
/// the first few; where it says false, the block and what depends on it are left out, and the run goes on.
/// </summary>
public sealed class ConditionAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "conditional";
}

/// <summary>
/// A block that waits for something: returns <c>bool</c>, or a task of it. Where it says false it is called again after its interval (10 s unless its
/// configuration says otherwise), without holding anything in between; blocks behind it start once it says true.
/// </summary>
public sealed class SensorAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "sensor";
}

/// <summary>
/// A callback of other blocks: is called when one of them ended, after all its retries, with its outputs (of which it may take the first few), with a
/// <see cref="BlockContext"/> that speaks of that block, and with the <see cref="BlockFailure"/>. What it throws changes nothing of the block. A file may
/// have one method for each outcome, and a method may bear several of these.
/// </summary>
/// <param name="outcome"><c>success</c>, <c>failure</c> or <c>cancelled</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CallbackAttribute(string outcome = "success") : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "callback";

    /// <summary>The outcome after which it is called.</summary>
    public string Outcome => outcome;
}

/// <summary>
/// Marks a public static method that checks the block's outputs after it ran. Its parameters bind like the block's own, with the
/// block's outputs in the place of the upstream ones; any exception fails the block. The outputs are stored before the tests run.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TestAttribute : Attribute;
