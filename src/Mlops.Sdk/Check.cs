using System.Diagnostics.CodeAnalysis;

namespace Mlops.Sdk;

/// <summary>Conditions for <see cref="TestAttribute"/> methods; the first that does not hold fails the test with its message.</summary>
public static class Check
{
    /// <summary>Fails with <paramref name="message"/> unless <paramref name="condition"/> holds.</summary>
    /// <exception cref="CheckFailedException">The condition does not hold.</exception>
    public static void That([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new CheckFailedException(message);
        }
    }

    /// <summary>Fails unless <paramref name="actual"/> equals <paramref name="expected"/>; the message names <paramref name="what"/> and both values.</summary>
    /// <exception cref="CheckFailedException">The values differ.</exception>
    public static void Equal<T>(T expected, T actual, string what) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"{what} is {actual}, expected {expected}");
}

/// <summary>A check of a block's test did not hold. Caught by the block host, which stores it as the result of the test.</summary>
public sealed class CheckFailedException(string message) : Exception(message);
